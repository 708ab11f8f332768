-- Columns that two tables have in common, with the same type, in the source's
-- order.
CREATE FUNCTION pendo._common_columns(source regclass, target regclass)
RETURNS name[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(s.attname ORDER BY s.attnum)
    FROM pg_attribute s
    JOIN pg_attribute t ON t.attname = s.attname
                       AND t.atttypid = s.atttypid
                       AND t.atttypmod = s.atttypmod
   WHERE s.attrelid = source AND t.attrelid = target
     AND s.attnum > 0 AND NOT s.attisdropped
     AND t.attnum > 0 AND NOT t.attisdropped
     AND t.attgenerated = '';
END;
REVOKE ALL ON FUNCTION pendo._common_columns(regclass, regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._common_columns(regclass, regclass) IS
    'columns that two tables have in common';
