-- What HubSpot says when it refuses a request.
CREATE FUNCTION pendo._hubspot_error(status integer, answer jsonb)
RETURNS pendo._remote_error
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    error pendo._remote_error;
BEGIN
    IF jsonb_typeof(answer) = 'object' THEN
        error := pendo._hubspot_problem(answer);
        error.message := coalesce(nullif(error.message, ''), 'HTTP status ' || status);
    ELSE
        error := ('NO_JSON', 'HTTP status ' || status || ' without JSON');
    END IF;
    RETURN error;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_error(integer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_error(integer, jsonb) IS 'what HubSpot says when it refuses a request';
