-- Make the local table of a CRM's live one, with its columns, a key, deleted_at, and the
-- trigger that lets the pull alone write it.  One that is there gets the columns that are
-- new.  Out: whether there were any.
CREATE FUNCTION pendo._create_crm_table(live regclass, schema_name name, table_name name, key name[])
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target text := format('%I.%I', schema_name, table_name);
    is_there boolean := pendo._find_relation(schema_name, table_name) IS NOT NULL;
    is_wider boolean := false;
    missing record;
BEGIN
    IF NOT is_there THEN
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS)', target, live);
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s), ADD COLUMN IF NOT EXISTS deleted_at timestamptz',
                       target, pendo._column_list(key));
        EXECUTE format('COMMENT ON TABLE %s IS %L', target,
                       coalesce(obj_description(live, 'pg_class'), table_name) || ' (local copy)');
        EXECUTE format('COMMENT ON COLUMN %s.deleted_at IS %L', target,
                       'when a pull found that the CRM had it no longer; NULL: it has');
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', target);
    END IF;
    FOR missing IN
        SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
               col_description(live, a.attnum) AS comment
          FROM pg_attribute a
         WHERE a.attrelid = live AND a.attnum > 0 AND NOT a.attisdropped
           AND NOT EXISTS (SELECT FROM pg_attribute l
                            WHERE l.attrelid = target::regclass AND l.attname = a.attname
                              AND NOT l.attisdropped)
         ORDER BY a.attnum
    LOOP
        is_wider := true;
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s', target, missing.name, missing.type);
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, missing.name, missing.comment);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_trigger t
                    WHERE t.tgrelid = target::regclass AND t.tgfoid = 'pendo._refuse_write'::regproc) THEN
        EXECUTE format('CREATE TRIGGER refuse_write BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s '
                       'FOR EACH STATEMENT EXECUTE FUNCTION pendo._refuse_write()', target);
        EXECUTE format('COMMENT ON TRIGGER refuse_write ON %s IS %L', target,
                       'the table is written by its pull alone');
    END IF;
    RETURN is_wider;
END
$$;
REVOKE ALL ON FUNCTION pendo._create_crm_table(regclass, name, name, name[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._create_crm_table(regclass, name, name, name[]) IS
    'make the local table of a CRM''s live one';
