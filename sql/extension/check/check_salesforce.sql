-- The steps of pendo.check() for Salesforce.
CREATE FUNCTION pendo._check_salesforce(
    connection name,
    OUT step text,
    OUT is_ok boolean,
    OUT result text,
    OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    version text := pendo._server_option(connection, 'api_version');
    base text := '/services/data/v' || version;
    probe pendo._probe_result;
    org text;
    message text;
    detail text;
    advice text;
BEGIN
    -- The list of versions is there for everybody.
    probe := pendo._probe(connection, 'GET', '/services/data', NULL, NULL);
    RETURN QUERY SELECT * FROM pendo._check_way(connection, probe);
    IF probe.status = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM pendo._check_clock(probe);
    BEGIN
        RETURN QUERY
        SELECT 'version', coalesce(bool_or(v ->> 'version' = version), false),
               version,
               CASE WHEN NOT coalesce(bool_or(v ->> 'version' = version), false) THEN
                    coalesce('The option api_version names none of those there are; '
                             'the newest is ' || max(v ->> 'version') || '.', probe.hint) END
          FROM jsonb_array_elements(probe.answer::jsonb) v;
    EXCEPTION WHEN data_exception THEN
        RETURN QUERY VALUES ('version', false, 'not what Salesforce sends',
            'Check that the option login_url names the organisation''s My Domain, and '
            'that no other program answers in its place.');
        RETURN;
    END;
    BEGIN
        org := pendo._remote_org(connection);
        RETURN QUERY VALUES ('sign-in', true, 'good', NULL);
    EXCEPTION WHEN invalid_authorization_specification OR connection_exception
                   OR fdw_error THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                advice = PG_EXCEPTION_HINT;
        RETURN QUERY SELECT 'sign-in', false, message || ': ' || detail, advice;
        RETURN;
    END;
    RETURN QUERY SELECT * FROM pendo._check_org(connection, org);
    RETURN QUERY
    SELECT 'right to write ' || o.name,
           CASE WHEN p.status = 200 THEN v.may_write ELSE false END,
           CASE WHEN p.status <> 200 THEN p.message
                WHEN v.may_write THEN 'yes' ELSE 'no: read only' END,
           CASE WHEN p.status <> 200 THEN p.hint
                WHEN NOT v.may_write THEN
                'Enough for live tables.  Delivery needs the rights to create and edit '
                'such records.' END
      FROM unnest('{Account,Contact,Task}'::text[]) AS o (name),
           pendo._probe(connection, 'GET',
                        format('%s/sobjects/%s/describe', base, o.name), NULL, true) p
     CROSS JOIN LATERAL (
           SELECT coalesce((p.answer::jsonb ->> 'createable')::boolean
                           AND (p.answer::jsonb ->> 'updateable')::boolean, false)
           ) AS v (may_write);
    RETURN QUERY
    SELECT 'requests', v.remaining > 0,
           CASE WHEN v.remaining IS NULL THEN 'not told'
                ELSE format('%s of %s left in 24 hours', v.remaining, v.most) END,
           CASE WHEN v.remaining IS NULL THEN
                'The user needs "View Setup and Configuration" to see them.' END
      FROM pendo._probe(connection, 'GET', base || '/limits', NULL, false) p
     CROSS JOIN LATERAL (
           SELECT (p.answer::jsonb -> 'DailyApiRequests' ->> 'Remaining')::bigint,
                  (p.answer::jsonb -> 'DailyApiRequests' ->> 'Max')::bigint
           ) AS v (remaining, most);
END
$$;
REVOKE ALL ON FUNCTION pendo._check_salesforce(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_salesforce(name) IS 'check a connection to Salesforce';
