-- Add the rows of a query to a table; returns how many.  The search_path stays the
-- caller's: triggers are looked up in it.
CREATE FUNCTION pendo._add_rows(target regclass, columns name[], query text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
AS $$
DECLARE
    added bigint := pendo._insert_rows(target, columns, query);
BEGIN
    IF added IS NULL THEN
        EXECUTE pg_catalog.format('INSERT INTO %s (%s) %s', target,
                                  pendo._column_list(columns), query);
        GET DIAGNOSTICS added = ROW_COUNT;
    END IF;
    RETURN added;
END
$$;
REVOKE ALL ON FUNCTION pendo._add_rows(regclass, name[], text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._add_rows(regclass, name[], text) IS 'add the rows of a query to a table';
