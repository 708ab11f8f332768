-- The key, and whether it belongs to the region that was asked: a key of
-- another region is refused like a wrong one, but most end with its name.
CREATE FUNCTION pendo._check_key(connection name, probe pendo._probe_result)
RETURNS SETOF pendo._finding
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH facts AS (
      SELECT (probe).status = 200
             AND coalesce((probe).answer::jsonb ->> 'valid' = 'true', false)
                 AS is_good,
             here.description AS place,
             other.base_url AS other_url
        FROM (SELECT pendo._server_option(connection, 'base_url') AS url) s
        LEFT JOIN pendo.region here ON here.base_url = s.url
        LEFT JOIN pendo.region other ON other.name = (probe).key_suffix
                                    AND other.base_url <> s.url
                                    AND here.name IS NOT NULL)
  SELECT 'key',
         f.is_good,
         CASE WHEN f.is_good THEN 'valid' ELSE coalesce((probe).message, 'not valid') END,
         CASE WHEN NOT f.is_good THEN (probe).hint END
    FROM facts f
   UNION ALL
  SELECT 'region',
         CASE WHEN f.is_good THEN true
              WHEN f.other_url IS NOT NULL THEN false END,
         coalesce(f.place, 'not an address of Pendo''s own'),
         CASE WHEN f.is_good THEN NULL
              WHEN f.other_url IS NOT NULL THEN
                   format('The key ends in .%s: its address is %s.',
                          (probe).key_suffix, f.other_url)
              ELSE 'A key of another region looks like a wrong key: ask which '
                   'region the subscription is in.' END
    FROM facts f;
END;
REVOKE ALL ON FUNCTION pendo._check_key(name, pendo._probe_result) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_key(name, pendo._probe_result) IS
    'the key and its region';
