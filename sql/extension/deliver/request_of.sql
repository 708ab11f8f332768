-- The request that a work's next step asks for.
CREATE FUNCTION pendo._request_of(work jsonb, step pendo._step)
RETURNS pendo._request
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ROW((work ->> 'connection')::name, work ->> 'class', step.method, step.path, step.body,
               work, step.state)::pendo._request;
END
$$;
REVOKE ALL ON FUNCTION pendo._request_of(jsonb, pendo._step) FROM PUBLIC;
COMMENT ON FUNCTION pendo._request_of(jsonb, pendo._step) IS 'the request that a step asks for';
