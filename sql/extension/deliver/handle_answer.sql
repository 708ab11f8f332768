-- Deal with an answer: note what became of its items, and let the connector say what to send
-- next.  Out: requests to be sent.
CREATE FUNCTION pendo._handle_answer(answer pendo._answer)
RETURNS pendo._request[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    work jsonb := answer.work;
    step pendo._step;
    reason text;
BEGIN
    IF work ->> 'kind' = 'org' THEN
        PERFORM pendo._note_org(answer, answer.body);
        RETURN '{}';
    ELSIF answer.status NOT BETWEEN 200 AND 299 THEN
        RETURN pendo._handle_failure(answer, answer.body);
    END IF;
    PERFORM pendo._note_connection((work ->> 'connection')::name, NULL);
    BEGIN
        step := pendo._step(work, answer.state, answer.body);
    EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        GET STACKED DIAGNOSTICS reason = MESSAGE_TEXT;
        answer.status := 0;
        answer.outcome := 'protocol';
        answer.message := 'the answer makes no sense: ' || reason;
        RETURN pendo._handle_failure(answer, NULL);
    END;
    RETURN pendo._follow_step(work, step, answer);
END
$$;
REVOKE ALL ON FUNCTION pendo._handle_answer(pendo._answer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._handle_answer(pendo._answer) IS 'deal with an answer';
