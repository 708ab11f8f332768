-- The steps of pendo.check() for HubSpot.  Whether the token may write is told by an
-- update of no records: scopes are looked at before what is to be done.
CREATE FUNCTION pendo._check_hubspot(
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
    objects text := CASE version WHEN 'v3' THEN '/crm/v3/objects'
                                 ELSE '/crm/objects/' || version END;
    probe pendo._probe_result;
    org text;
BEGIN
    probe := pendo._probe(connection, 'GET', format('/account-info/%s/details', version),
                          NULL, false);
    RETURN QUERY SELECT * FROM pendo._check_way(connection, probe);
    IF probe.status = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM pendo._check_clock(probe);
    BEGIN
        org := probe.answer::jsonb ->> 'portalId';
    EXCEPTION WHEN data_exception THEN
        org := NULL;
    END;
    RETURN QUERY
    SELECT 'token', org IS NOT NULL,
           CASE WHEN probe.status <> 200 THEN probe.message
                WHEN org IS NULL THEN 'not what HubSpot sends'
                ELSE 'valid' END,
           CASE WHEN probe.status <> 200 THEN probe.hint
                WHEN org IS NULL THEN
                'Check that the option base_url names HubSpot''s API, and that no '
                'other program answers in its place.' END;
    IF org IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM pendo._check_org(connection, org);
    RETURN QUERY
    SELECT 'right to read ' || o.name, p.status = 200,
           CASE WHEN p.status = 200 THEN 'yes' ELSE p.message END,
           CASE WHEN p.status = 403 THEN
                'Give the app the scope crm.objects.' || o.scope || '.read.'
                ELSE p.hint END
      FROM (VALUES ('companies', 'companies'), ('contacts', 'contacts'),
                   ('tasks', 'contacts')) AS o (name, scope),
           pendo._probe(connection, 'GET', format('%s/%s?limit=1', objects, o.name),
                        NULL, false) p;
    RETURN QUERY
    SELECT 'right to write ' || o.name,
           CASE WHEN p.status IN (401, 403) THEN false
                WHEN p.status BETWEEN 200 AND 499 THEN true END,
           CASE WHEN p.status = 403 THEN 'no: read only'
                WHEN p.status BETWEEN 200 AND 499 AND p.status <> 401 THEN 'yes'
                ELSE p.message END,
           CASE WHEN p.status = 403 THEN
                'Enough for live tables.  Delivery needs the scope crm.objects.'
                || o.scope || '.write.' END
      FROM (VALUES ('companies', 'companies'), ('contacts', 'contacts'),
                   ('tasks', 'contacts')) AS o (name, scope),
           pendo._probe(connection, 'POST', format('%s/%s/batch/update', objects, o.name),
                        '{"inputs": []}', true) p;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_hubspot(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_hubspot(name) IS 'check a connection to HubSpot';
