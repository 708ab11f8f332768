-- The applications, and whether those that the option apps names are there.
CREATE FUNCTION pendo._check_apps(connection name)
RETURNS pendo._finding
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH probe AS MATERIALIZED (
      SELECT *
        FROM pendo._probe(connection, 'POST', '/api/v1/aggregation',
             '{"response":{"mimeType":"application/json"},"request":'
             '{"pipeline":[{"source":{"apps":null}}]}}', false)),
  app AS (
      SELECT r ->> 'id' AS id,
             coalesce(r ->> 'displayName', r ->> 'name', r ->> 'id') AS name
        FROM probe, pendo._aggregation_rows(answer) r),
  missing AS (
      SELECT string_agg(wanted, ', ') AS ids
        FROM pendo._server_option(connection, 'apps') option,
             regexp_split_to_table(option, '[, ]+') wanted
       WHERE option ~ '^[-0-9, ]+$'
         AND wanted NOT IN (SELECT id FROM app))
  SELECT ROW('apps',
             p.status = 200 AND m.ids IS NULL,
             CASE WHEN p.status <> 200 THEN p.message
                  ELSE (SELECT count(*) || coalesce(': ' || string_agg(
                                   name, ', ' ORDER BY name), '') FROM app)
             END,
             CASE WHEN p.status <> 200 THEN p.hint
                  ELSE 'The option apps names what is not there: '
                       || m.ids || '.' END)::pendo._finding
    FROM probe p, missing m;
END;
REVOKE ALL ON FUNCTION pendo._check_apps(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_apps(name) IS 'the applications';
