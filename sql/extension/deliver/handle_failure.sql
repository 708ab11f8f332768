-- Deal with an answer that is no success: all of its items have the same class, unless the
-- batch is to be split, which finds out whose fault it is.
CREATE FUNCTION pendo._handle_failure(answer pendo._answer, body jsonb)
RETURNS pendo._request[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    work jsonb := answer.work;
    remote pendo._remote_error;
    class text;
    requests pendo._request[] := '{}';
    half jsonb;
BEGIN
    IF answer.status > 0 THEN
        remote := pendo._error_of(work ->> 'connector', answer.status, body);
    END IF;
    remote.code := coalesce(remote.code, CASE WHEN answer.status = 0 THEN upper(answer.outcome)
                                              ELSE 'HTTP_' || answer.status END);
    remote.message := coalesce(remote.message, answer.message);
    class := pendo._error_class(work ->> 'connector', answer.status, remote.code, remote.message);
    IF class = 'retry' AND (answer.status = 0 OR answer.status >= 500) THEN
        PERFORM pendo._note_connection((work ->> 'connection')::name, remote.message);
    ELSIF class = 'split' AND jsonb_array_length(work -> 'items') > 1 THEN
        FOR half IN
            SELECT jsonb_agg(i.value ORDER BY i.ordinality)
              FROM jsonb_array_elements(work -> 'items') WITH ORDINALITY i
             GROUP BY i.ordinality * 2 > jsonb_array_length(work -> 'items')
        LOOP
            requests := requests || pendo._start_work(work || jsonb_build_object('items', half));
        END LOOP;
        RETURN requests;
    ELSIF class = 'split' THEN          -- it is this one's own fault
        class := pendo._error_class(work ->> 'connector', NULL, remote.code, remote.message);
    END IF;
    PERFORM pendo._record(work, (
        SELECT jsonb_agg(jsonb_build_object('item', i -> 'item', 'outcome', 'failed', 'class', class,
                                            'code', remote.code, 'message', remote.message))
          FROM jsonb_array_elements(work -> 'items') i), answer);
    RETURN '{}';
END
$$;
REVOKE ALL ON FUNCTION pendo._handle_failure(pendo._answer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._handle_failure(pendo._answer, jsonb) IS
    'deal with an answer that is no success';
