-- What Salesforce says when it refuses a request: a list of errors, an object where
-- somebody signs in, and a list of addresses where several records have a key.
CREATE FUNCTION pendo._salesforce_error(status integer, answer jsonb)
RETURNS pendo._remote_error
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    error pendo._remote_error;
BEGIN
    CASE
        WHEN jsonb_typeof(answer) = 'object' AND answer ? 'error' THEN
            error := (answer ->> 'error', pendo._remote_text(answer ->> 'error_description'));
        WHEN jsonb_typeof(answer -> 0) = 'string' THEN
            error := ('MULTIPLE_CHOICES', pendo._remote_text('several records have this key: ' || answer::text));
        WHEN jsonb_typeof(answer) IN ('object', 'array') THEN
            error := pendo._salesforce_problem(answer);
        ELSE
            error := ('NO_JSON', 'HTTP status ' || status || ' without JSON');
    END CASE;
    error.message := coalesce(nullif(error.message, ''), 'HTTP status ' || status);
    RETURN error;
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_error(integer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_error(integer, jsonb) IS 'what Salesforce says when it refuses a request';
