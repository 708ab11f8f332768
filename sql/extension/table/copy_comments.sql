-- Give the columns of a table the comments that columns of the same names have in another: a new
-- partition has none of its own.
CREATE FUNCTION pendo._copy_comments(source regclass, target regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    named record;
BEGIN
    FOR named IN
        SELECT t.attname AS name, col_description(source, s.attnum) AS comment
          FROM pg_attribute s
          JOIN pg_attribute t ON t.attname = s.attname AND t.attrelid = target AND NOT t.attisdropped
         WHERE s.attrelid = source AND s.attnum > 0 AND col_description(source, s.attnum) IS NOT NULL
         ORDER BY t.attnum
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, named.name, named.comment);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._copy_comments(regclass, regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._copy_comments(regclass, regclass) IS
    'give columns the comments of another table''s';
