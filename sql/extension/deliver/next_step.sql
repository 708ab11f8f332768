-- The connector's step: what is to be sent for a work, given the state that its last step
-- left and the answer to what that sent (at first: none).  An answer is always one of success here.
CREATE FUNCTION pendo._step(work jsonb, state jsonb DEFAULT '{}', answer jsonb DEFAULT NULL)
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF work ->> 'connector' = 'hubspot' THEN
        RETURN pendo._hubspot_step(work, state, answer);
    END IF;
    RETURN pendo._salesforce_step(work, state, answer);
END
$$;
REVOKE ALL ON FUNCTION pendo._step(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._step(jsonb, jsonb, jsonb) IS 'what a connector sends next for a work';

-- What an answer that is no success says.
CREATE FUNCTION pendo._error_of(connector text, status integer, answer jsonb)
RETURNS pendo._remote_error
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF connector = 'hubspot' THEN
        RETURN pendo._hubspot_error(status, answer);
    END IF;
    RETURN pendo._salesforce_error(status, answer);
END
$$;
REVOKE ALL ON FUNCTION pendo._error_of(text, integer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._error_of(text, integer, jsonb) IS 'what an answer that is no success says';
