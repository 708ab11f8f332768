-- Bring the live tables of a connection up to date with what it offers now: adds columns for new fields.  Drops and changes nothing: what is gone
-- or has another type by now is reported, and so are tables that are not
-- there.  In: the connection.  Out: a row for each difference, with the
-- statement that was run (action "added") or that a person may run.
CREATE FUNCTION pendo.refresh_tables(
    connection name,
    OUT table_name text,
    OUT column_name name,
    OUT action text,
    OUT statement text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    difference record;
BEGIN
    FOR difference IN
        SELECT * FROM pendo._table_difference(connection) d
         ORDER BY d.relation IS NULL, d.relation::text, d.action, d.column_name,
                  d.table_name
    LOOP
        table_name := coalesce(difference.relation::text,
                               difference.table_name);
        action := difference.action;
        -- One at a time: the column before may have taken the name.
        column_name := CASE WHEN action = 'added'
                            THEN pendo._free_name(difference.relation,
                                                  difference.column_name)
                            ELSE difference.column_name END;
        statement := coalesce(
            format('ALTER FOREIGN TABLE %s ', difference.relation)
            || CASE WHEN action = 'added'
                    THEN format('ADD COLUMN %I ', column_name) ELSE '' END
            || difference.definition,
            format('IMPORT FOREIGN SCHEMA %I LIMIT TO (%I) FROM SERVER %I INTO %I',
                   replace(pendo._connector_of(connection), '_fdw', ''),
                   difference.table_name, connection, pendo._live_schema(connection)));
        IF action = 'added' THEN
            EXECUTE statement;
            EXECUTE format('COMMENT ON COLUMN %s.%I IS %L',
                           difference.relation, column_name,
                           difference.comment);
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.refresh_tables(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.refresh_tables(name) IS
    'add columns for fields that are new; report other differences';
