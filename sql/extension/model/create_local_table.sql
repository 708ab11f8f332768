-- Make the local table of a live one: its columns but for "metadata"; event tables
-- in partitions by month, others with a key and deleted_at.
CREATE FUNCTION pendo._create_local_table(live regclass, schema_name name, object text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind record;
    target text := format('%I.%I', schema_name, object);
BEGIN
    SELECT * INTO STRICT kind FROM pendo._default_pull d WHERE d.object = _create_local_table.object;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS) %s', target, live,
        CASE WHEN kind.mode = 'by_window'
             THEN format('PARTITION BY RANGE (%I)', kind.time_column) ELSE '' END);
    EXECUTE format('COMMENT ON TABLE %s IS %L', target,
        coalesce(obj_description(live, 'pg_class'), object) || ' (local copy)');
    IF object IN ('visitor', 'account') THEN
        EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS metadata', target);
    END IF;
    IF kind.mode = 'by_window' THEN
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', target);
        EXECUTE format('CREATE INDEX ON %s USING brin (%I)', target, kind.time_column);
    ELSE
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s), ADD COLUMN deleted_at timestamptz',
                       target, pendo._column_list(kind.key_columns));
        EXECUTE format('COMMENT ON COLUMN %s.deleted_at IS %L', target,
                       'when a pull found that Pendo had it no longer; NULL: it has');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._create_local_table(regclass, name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._create_local_table(regclass, name, text) IS
    'make the local table of a live one';
