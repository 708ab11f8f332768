-- One step of a delivery to HubSpot.  First call: without an answer; then with the
-- answer to what the last step asked for.  Looking, if the items ask for it, comes before
-- writing; either may take several requests.
CREATE FUNCTION pendo._hubspot_step(work jsonb, state jsonb, answer jsonb)
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked text := state ->> 'asked';
    results jsonb;
    rest bigint[];
    looked bigint[];
    step pendo._step;
BEGIN
    results := CASE asked WHEN 'look' THEN pendo._hubspot_looked(work, state, answer)
                          WHEN 'write' THEN pendo._hubspot_written(work, state, answer)
                          ELSE pendo._hubspot_unsendable(work) END;
    rest := pendo._without_result(work -> 'items', results);
    IF rest <> '{}' AND asked IS DISTINCT FROM 'write' AND work @? '$.items[0].look ? (@ == true)' THEN
        looked := ARRAY(SELECT n::bigint
                          FROM jsonb_array_elements(coalesce(state -> 'looked', '[]') || coalesce(state -> 'sent', '[]')) n);
        IF NOT rest <@ looked THEN
            step := pendo._hubspot_look(work, ARRAY(SELECT n FROM unnest(rest) n WHERE n <> ALL (looked)));
            step.state := step.state || jsonb_build_object('looked', looked);
        END IF;
    END IF;
    IF rest <> '{}' AND step.method IS NULL THEN
        step := pendo._hubspot_write(work, rest);
    END IF;
    step.results := results;
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_step(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_step(jsonb, jsonb, jsonb) IS 'one step of a delivery to HubSpot';
