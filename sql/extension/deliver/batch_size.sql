-- Most items of one request, by the remote API (HubSpot: 100 inputs of a batch; Salesforce:
-- 200 records of a collection).
CREATE FUNCTION pendo._batch_size(connector text)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE connector WHEN 'salesforce' THEN 200 ELSE 100 END;
END;
REVOKE ALL ON FUNCTION pendo._batch_size(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._batch_size(text) IS 'most items of one request';
