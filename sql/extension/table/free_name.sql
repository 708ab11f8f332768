-- A name for a new column of a table: the one wanted, or with _2, _3, ... at
-- its end if that is taken.
CREATE FUNCTION pendo._free_name(relation regclass, wanted name)
RETURNS name
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT n.name
    FROM generate_series(1, 1600) AS i,
         -- Names are cut at 63 bytes, so the suffix needs room in bytes.
         LATERAL (SELECT (left(wanted::text, length) || suffix)::name
                    FROM (SELECT CASE WHEN i > 1 THEN '_' || i ELSE '' END) AS s (suffix),
                         generate_series(63, 1, -1) AS length
                   WHERE octet_length(left(wanted::text, length) || suffix) < 64
                   LIMIT 1) AS n (name)
   WHERE NOT EXISTS (SELECT FROM pg_attribute a
                      WHERE a.attrelid = relation AND a.attname = n.name)
   ORDER BY i
   LIMIT 1;
END;
REVOKE ALL ON FUNCTION pendo._free_name(regclass, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._free_name(regclass, name) IS
    'a name for a new column of a table';
