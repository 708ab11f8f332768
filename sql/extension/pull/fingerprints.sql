-- What a fingerprint's answer says of each window: equal texts, equal rows.
CREATE FUNCTION pendo._fingerprints(answer text)
RETURNS TABLE (window_start timestamptz, fingerprint text)
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT to_timestamp((r ->> 'day')::float8 / 1000), (r - 'day')::text
    FROM pendo._aggregation_rows(answer) r;
END;
REVOKE ALL ON FUNCTION pendo._fingerprints(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._fingerprints(text) IS
    'what a fingerprint''s answer says of each window';
