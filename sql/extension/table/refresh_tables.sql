-- Bring the live tables of a connection up to date with what Pendo offers
-- now: adds columns for new fields.  Drops and changes nothing: what vanished
-- or has another type by now is reported, and so are tables that are not
-- there.  Out: a row for each difference, with the statement that was run
-- (action 'added') or that a person may run.
CREATE FUNCTION pendo.refresh_tables(
    connection name,
    OUT table_name text,
    OUT column_name text,
    OUT action text,
    OUT statement text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    live record;
    offered record;
BEGIN
    CREATE TEMPORARY TABLE offer ON COMMIT DROP AS
    SELECT * FROM pendo._offered_column(connection, 'day')
     UNION
    SELECT * FROM pendo._offered_column(NULL, 'hour') WHERE period = 'hour';

    FOR live IN
        SELECT * FROM pendo.live_table t
         WHERE t.connection = refresh_tables.connection
         ORDER BY t.schema_name, t.table_name
    LOOP
        table_name := live.relation;
        FOR offered IN
            SELECT o.*, c.type AS present_type
              FROM pg_temp.offer o
              LEFT JOIN pendo.live_column c
                ON c.schema_name = live.schema_name
               AND c.table_name = live.table_name
               AND coalesce(c.field, c.column_name)
                   = coalesce(o.field, o.column_name)
             WHERE o.table_name = live.object
               AND o.period IS NOT DISTINCT FROM live.period
             ORDER BY o.position
        LOOP
            column_name := offered.column_name;
            IF offered.present_type IS NULL THEN
                action := 'added';
                statement := format(
                    'ALTER FOREIGN TABLE %s ADD COLUMN %I %s%s',
                    live.relation, offered.column_name, offered.type,
                    ' OPTIONS (field ' || quote_literal(offered.field) || ')');
                EXECUTE statement;
                EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', live.relation,
                               offered.column_name, offered.comment);
                RETURN NEXT;
            ELSIF offered.present_type::regtype <> offered.type::regtype
                  AND offered.is_metadata THEN
                action := 'has another type';
                statement := format(
                    'ALTER FOREIGN TABLE %s ALTER COLUMN %I TYPE %s',
                    live.relation, offered.column_name, offered.type);
                RETURN NEXT;
            END IF;
        END LOOP;

        FOR column_name, statement IN
            SELECT c.column_name,
                   format('ALTER FOREIGN TABLE %s DROP COLUMN %I',
                          live.relation, c.column_name)
              FROM pendo.live_column c
             WHERE c.schema_name = live.schema_name
               AND c.table_name = live.table_name
               AND c.field LIKE 'metadata.%'
               AND NOT EXISTS (
                   SELECT FROM pg_temp.offer o
                    WHERE o.table_name = live.object AND o.field = c.field)
             ORDER BY 1
        LOOP
            action := 'gone at Pendo';
            RETURN NEXT;
        END LOOP;
    END LOOP;

    column_name := NULL;
    FOR table_name, statement IN
        SELECT DISTINCT o.table_name,
               format('IMPORT FOREIGN SCHEMA pendo LIMIT TO (%I) '
                      'FROM SERVER %I INTO …', o.table_name, connection)
          FROM pg_temp.offer o
         WHERE NOT EXISTS (
               SELECT FROM pendo.live_table t
                WHERE t.connection = refresh_tables.connection
                  AND t.object = o.table_name)
         ORDER BY 1
    LOOP
        action := 'not imported';
        RETURN NEXT;
    END LOOP;
    DROP TABLE pg_temp.offer;
END
$$;
REVOKE ALL ON FUNCTION pendo.refresh_tables(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.refresh_tables(name) IS
    'add columns for fields that are new at Pendo; report other differences';
