-- The keys that a push has to look at; NULL: at everything, because a mark says so or it is
-- less work.
CREATE FUNCTION pendo._dirty_keys(push text)
RETURNS text[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN count(*) = count(k.key) AND count(*) <= 10000 THEN coalesce(array_agg(k.key), '{}') END
    FROM (SELECT DISTINCT d.key FROM pendo.dirty d WHERE d.push = _dirty_keys.push LIMIT 10001) k;
END;
REVOKE ALL ON FUNCTION pendo._dirty_keys(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._dirty_keys(text) IS 'the keys that a push has to look at';
