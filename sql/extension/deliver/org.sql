-- The request that asks a connection which organisation it leads to.
CREATE FUNCTION pendo._org_request(connection name)
RETURNS pendo._request
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT ROW(_org_request.connection, 'signal', 'GET',
             CASE pendo._connector(_org_request.connection)
                  WHEN 'hubspot' THEN format('/account-info/%s/details', pendo._server_option(_org_request.connection, 'api_version'))
                  ELSE format('/services/data/v%s/query?q=SELECT+Id+FROM+Organization',
                              pendo._server_option(_org_request.connection, 'api_version')) END,
             NULL,
             jsonb_build_object('kind', 'org', 'connection', _org_request.connection,
                                'connector', pendo._connector(_org_request.connection),
                                'mark', pendo._credential_mark(_org_request.connection)), '{}')::pendo._request;
END;
REVOKE ALL ON FUNCTION pendo._org_request(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._org_request(name) IS 'ask which organisation a connection leads to';

-- Note the answer.
CREATE FUNCTION pendo._note_org(answer pendo._answer, body jsonb)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    work jsonb := answer.work;
    org text := CASE WHEN answer.status = 200 THEN
                     coalesce(body ->> 'portalId', body -> 'records' -> 0 ->> 'Id') END;
BEGIN
    INSERT INTO pendo.connection_state AS s (connection, org, credential, checked_at, refusal, refusal_hint, refused_at)
    VALUES ((work ->> 'connection')::name, org, work ->> 'mark', clock_timestamp(),
            CASE WHEN org IS NULL THEN format('the connection cannot say which organisation it leads to: %s',
                                              coalesce(answer.message, 'HTTP status ' || answer.status)) END,
            answer.hint, CASE WHEN org IS NULL THEN clock_timestamp() END)
    ON CONFLICT (connection, owner) DO UPDATE
       SET org = excluded.org, credential = excluded.credential, checked_at = excluded.checked_at,
           refusal = excluded.refusal, refusal_hint = excluded.refusal_hint,
           refused_at = excluded.refused_at;
    IF org IS NULL AND (answer.status = 0 OR answer.status >= 500) THEN
        PERFORM pendo._note_connection((work ->> 'connection')::name, answer.message);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_org(pendo._answer, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_org(pendo._answer, jsonb) IS
    'note which organisation a connection leads to';
