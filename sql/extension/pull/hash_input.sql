-- A column's value as something to hash: equal only if it is the same.  A type's own
-- hash promises that for some types; for numbers, and text of some collations, it takes
-- for equal what is not the same, and several types have none.
CREATE FUNCTION pendo._hash_input(expression text, type regtype)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN type = ANY ('{boolean,smallint,integer,bigint,double precision,date,timestamp,timestamptz,uuid,jsonb}'::regtype[])
              THEN expression
              ELSE format('%s::pg_catalog.text COLLATE pg_catalog."C"', expression) END;
END;
REVOKE ALL ON FUNCTION pendo._hash_input(text, regtype) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hash_input(text, regtype) IS
    'a column''s value as something to hash';
