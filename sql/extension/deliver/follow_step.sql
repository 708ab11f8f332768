-- Do what a step says: note its results, and send on what is left.  An item of which nothing
-- was said at the end is tried again, after a look.
CREATE FUNCTION pendo._follow_step(work jsonb, step pendo._step, answer pendo._answer)
RETURNS pendo._request[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rest bigint[];
    unsaid jsonb := work -> 'items';
BEGIN
    PERFORM pendo._record(work, step.results, answer);
    IF step.results <> '[]' THEN
        rest := pendo._without_result(work -> 'items', step.results);
        IF rest = '{}' THEN
            RETURN '{}';
        END IF;
        SELECT coalesce(jsonb_agg(i), '[]') INTO unsaid
          FROM jsonb_array_elements(work -> 'items') i
         WHERE (i ->> 'item')::bigint = ANY (rest);
        work := work || jsonb_build_object('items', unsaid);
    END IF;
    IF step.method IS NOT NULL THEN
        RETURN ARRAY[pendo._request_of(work, step)];
    END IF;
    PERFORM pendo._record(work, (
        SELECT jsonb_agg(jsonb_build_object('item', i -> 'item', 'outcome', 'failed', 'code', 'NO_RESULT',
                                            'class', 'retry', 'message', 'the answer does not mention it'))
          FROM jsonb_array_elements(unsaid) i), answer);
    RETURN '{}';
END
$$;
REVOKE ALL ON FUNCTION pendo._follow_step(jsonb, pendo._step, pendo._answer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._follow_step(jsonb, pendo._step, pendo._answer) IS 'do what a step says';
