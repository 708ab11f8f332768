-- The way to the remote system: everything before the phase in which a
-- request failed is good, everything behind it unknown.
CREATE FUNCTION pendo._check_way(connection name, probe pendo._probe_result)
RETURNS SETOF pendo._finding
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH way (place, step, good) AS (
      VALUES (1, 'address', coalesce(
                  pendo._server_option(connection, 'base_url'),
                  pendo._server_option(connection, 'login_url'))),
             (2, 'proxy', coalesce((probe).proxy, 'none')),
             (3, 'dns', coalesce((probe).peer, 'by the proxy')),
             (4, 'connect', coalesce((probe).peer, 'by the proxy')),
             (5, 'tls', coalesce('issued by ' || (probe).issuer,
                                 'none: plain http'))),
  failed (place) AS (
      SELECT p.place
        FROM (VALUES ('refused_url', 1), ('proxy', 2), ('dns', 3),
                     ('connect', 4), ('connect_timeout', 4), ('tls', 5))
             AS p (outcome, place)
       WHERE p.outcome = (probe).outcome)
  SELECT w.step,
         CASE WHEN f.place < w.place THEN NULL
              ELSE f.place IS DISTINCT FROM w.place END,
         CASE WHEN f.place < w.place THEN 'not reached'
              WHEN f.place = w.place THEN (probe).message
              ELSE w.good END,
         CASE WHEN f.place = w.place THEN (probe).hint END
    FROM way w
    LEFT JOIN failed f ON true
   ORDER BY w.place;
END;
REVOKE ALL ON FUNCTION pendo._check_way(name, pendo._probe_result) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_way(name, pendo._probe_result) IS
    'the way to the remote system';
