-- Do the days of the last month begin at midnights of the option time_zone?
-- If not, zones are named in which they do.
CREATE FUNCTION pendo._check_zone(connection name)
RETURNS pendo._finding
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH probe AS MATERIALIZED (
      SELECT *
        FROM pendo._probe(connection, 'POST', '/api/v1/aggregation',
             '{"response":{"mimeType":"application/json"},"request":'
             '{"pipeline":[{"source":{"events":{"appId":'
             '"expandAppIds(\"*\")"},"timeSeries":{"period":"dayRange",'
             '"first":"now()","count":-30}}},{"group":{"group":["day"],'
             '"fields":{"n":{"count":null}}}},{"limit":40}]}}', false)),
  day AS (
      SELECT to_timestamp((r ->> 'day')::double precision / 1000) AS starts_at
        FROM probe, pendo._aggregation_rows(answer) r),
  zone AS (
      SELECT pendo._server_option(connection, 'time_zone') AS name),
  counts AS (
      SELECT count(*) AS days,
             count(*) FILTER (
                 WHERE (starts_at AT TIME ZONE zone.name)::time = '00:00')
                 AS midnights
        FROM day, zone),
  fitting AS (
      SELECT string_agg(z.name, ', ' ORDER BY z.name) AS names
        FROM (SELECT t.name
                FROM pg_timezone_names t
               WHERE t.name LIKE '%/%'
                 AND t.name !~ '^(Etc|posix|right)/'
                 AND (SELECT bool_and((starts_at AT TIME ZONE t.name)::time
                                      = '00:00') FROM day)
               ORDER BY t.name
               LIMIT 12) z)
  SELECT ROW('time zone',
             CASE WHEN p.status <> 200 THEN false
                  WHEN c.days > 0 THEN c.midnights = c.days END,
             CASE WHEN p.status <> 200 THEN p.message
                  WHEN c.days = 0 THEN 'no events in the last 30 days'
                  ELSE format('%s of %s days begin at midnight in %s',
                              c.midnights, c.days, zone.name) END,
             CASE WHEN p.status <> 200 THEN p.hint
                  WHEN c.midnights < c.days THEN
                  'Zones that fit: ' || coalesce(f.names, 'none') || '.' END
             )::pendo._finding
    FROM probe p, counts c, fitting f, zone;
END;
REVOKE ALL ON FUNCTION pendo._check_zone(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_zone(name) IS
    'do days begin at midnights of the time zone';
