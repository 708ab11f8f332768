-- Whose data is behind the connection, and may anything be delivered to it: its
-- organisation must be expected_org, its environment this server's own.  In: the
-- connection; the organisation, NULL if it is not known.
CREATE FUNCTION pendo._check_org(connection name, org text)
RETURNS SETOF pendo._finding
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH wanted AS (
      SELECT pendo._server_option(connection, 'expected_org') AS org,
             pendo._server_option(connection, 'environment') AS environment,
             nullif(current_setting('pendo_fdw.environment', true), '') AS here)
  SELECT 'organisation',
         CASE WHEN w.org IS NOT NULL THEN left($2, 15) = left(w.org, 15) END,
         coalesce($2, 'not known'),
         CASE WHEN w.org IS NULL THEN
              'Nothing is delivered before the server option expected_org names it.'
              WHEN left($2, 15) <> left(w.org, 15) THEN
              format('The option expected_org names another one: %s.', w.org) END
    FROM wanted w
   UNION ALL
  SELECT 'environment',
         CASE WHEN w.environment IS NOT NULL
              THEN w.environment IS NOT DISTINCT FROM w.here END,
         coalesce(w.environment, 'not named'),
         CASE WHEN w.environment IS NULL THEN
              'Nothing is delivered before the server option environment names it.'
              WHEN w.environment IS DISTINCT FROM w.here THEN
              'Nothing is delivered: pendo_fdw.environment is '
              || coalesce('"' || w.here || '".', 'not set.') END
    FROM wanted w;
END;
REVOKE ALL ON FUNCTION pendo._check_org(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_org(name, text) IS
    'the organisation and environment of a connection';
