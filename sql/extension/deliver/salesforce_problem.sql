-- Code and message of a list of errors as Salesforce gives it.  The code is called
-- statusCode in the result of a record and errorCode elsewhere.
CREATE FUNCTION pendo._salesforce_problem(errors jsonb)
RETURNS pendo._remote_error
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    error pendo._remote_error;
BEGIN
    SELECT (array_agg(coalesce(e ->> 'statusCode', e ->> 'errorCode') ORDER BY place))[1],
           pendo._remote_text(string_agg((e ->> 'message') || coalesce(' (' || f.names || ')', ''), '; ' ORDER BY place))
      INTO error
      FROM jsonb_path_query(errors, 'lax $[*]') WITH ORDINALITY q (e, place),
           LATERAL (SELECT string_agg(n #>> '{}', ', ')
                      FROM jsonb_path_query(e, 'lax $.fields[*]') n
                     WHERE strpos(e ->> 'message', n #>> '{}') = 0) f (names);
    RETURN error;
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_problem(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_problem(jsonb) IS 'code and message of a list of errors';
