-- The columns of a relation that can be a key, and of those and others the type: base is
-- that of a domain.
CREATE FUNCTION pendo._push_column(relation regclass)
RETURNS TABLE (name name, type oid, base oid, can_be_key boolean)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT a.attname, a.atttypid, b.oid,
         b.typname IN ('text', 'varchar', 'bpchar', 'name', 'int2', 'int4', 'int8', 'numeric', 'uuid', 'citext')
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type b ON b.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
   WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attnum;
END;
REVOKE ALL ON FUNCTION pendo._push_column(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_column(regclass) IS 'columns as a push sees them';
