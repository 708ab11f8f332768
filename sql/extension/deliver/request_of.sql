-- The request that a work's next step asks for.
CREATE FUNCTION pendo._request_of(work jsonb, step pendo._step)
RETURNS pendo._request
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT ROW((work ->> 'connection')::name, work ->> 'class', step.method, step.path, step.body,
                       coalesce(array_agg(i.item), '{}'),
                       coalesce(array_agg(pendo._key_hash(work ->> 'object', i.key)), '{}'),
                       work || jsonb_build_object('state', step.state))::pendo._request
              FROM jsonb_to_recordset(work -> 'items') AS i (item bigint, key text));
END
$$;
REVOKE ALL ON FUNCTION pendo._request_of(jsonb, pendo._step) FROM PUBLIC;
COMMENT ON FUNCTION pendo._request_of(jsonb, pendo._step) IS 'the request that a step asks for';
