-- The first request of a work; what the connector refuses by itself has failed.
CREATE FUNCTION pendo._start_work(work jsonb)
RETURNS pendo._request[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN pendo._follow_step(work, pendo._step(work), NULL);
END
$$;
REVOKE ALL ON FUNCTION pendo._start_work(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._start_work(jsonb) IS 'the first request of a work';
