-- The expression that makes a hash of a row "v" of a push's source: of the columns whose
-- change sends something, and of how they are sent.  Types that have no hash, or one that
-- is the same for values that are written otherwise, go as text.
CREATE FUNCTION pendo._push_hash(p pendo.push)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT format('hash_record_extended(ROW(%s), %s)',
                string_agg(format(CASE WHEN t.typname IN ('text', 'varchar', 'name') THEN 'v.%I COLLATE "C"'
                                       WHEN t.typname IN ('bool', 'int2', 'int4', 'int8', 'numeric', 'float4', 'float8',
                                                          'uuid', 'date', 'timestamp', 'timestamptz', 'jsonb') THEN 'v.%I'
                                       ELSE 'format(''%%s'', v.%I)' END, d.name), ', ' ORDER BY d.name),
                hashtextextended(p.columns::text || p.carry::text, 0))
    FROM pendo._push_column(pendo._push_source(p)) d
    JOIN pg_type t ON t.oid = d.base
   WHERE p.columns ? d.name AND d.name <> ALL (p.carry);
END;
REVOKE ALL ON FUNCTION pendo._push_hash(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_hash(pendo.push) IS
    'the expression that makes a hash of a row of a push''s source';
