-- The request that writes these items of a work.
CREATE FUNCTION pendo._hubspot_write(work jsonb, numbers bigint[])
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operation text := work ->> 'operation';
    items jsonb := CASE operation WHEN 'create' THEN pendo._hubspot_new(work) ELSE work -> 'items' END;
    step pendo._step;
    batch record;
BEGIN
    batch := pendo._hubspot_inputs(items, numbers, operation, work ->> 'key_field');
    step.method := 'POST';
    step.path := pendo._hubspot_path(work, 'batch/' || operation);
    step.body := '{"inputs":[' || batch.inputs || ']}';
    step.state := jsonb_build_object('asked', 'write', 'sent', batch.sent);
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_write(jsonb, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_write(jsonb, bigint[]) IS 'the request that writes these items';
