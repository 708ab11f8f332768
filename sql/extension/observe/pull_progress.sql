-- How far each pull is.
CREATE VIEW pendo.pull_progress WITH (security_invoker = true) AS
SELECT p.name AS pull,
       p.owner,
       CASE WHEN p.is_paused OR pendo._is_paused(p.connection) THEN 'paused'
            WHEN l.running > 0 THEN 'running'
            WHEN l.failed > 0 THEN 'failing'
            WHEN l.windows IS NULL OR l.pending > 0 THEN 'waiting'
            ELSE 'up to date' END AS state,
       coalesce(l.windows, 0) AS windows,
       coalesce(l.loaded, 0) AS loaded_windows,
       round(100.0 * l.loaded / l.windows, 1) AS percent,
       coalesce(l.failed, 0) AS failed_windows,
       l.rows,
       coalesce(l.running, 0) AS running_windows,
       CASE WHEN l.pending > 0 AND r.windows > 0
            THEN l.pending * (coalesce(r.ended_at, clock_timestamp()) - r.started_at) / r.windows
       END AS time_left,
       CASE WHEN p.is_scheduled THEN l.due_at END AS due_at,
       r.started_at AS last_run_at
  FROM pendo.pull p
  LEFT JOIN LATERAL (
       SELECT count(*) AS windows,
              count(d.loaded_at) AS loaded,
              count(*) FILTER (WHERE d.loaded_at IS NULL) AS pending,
              count(d.failure) AS failed,
              count(*) FILTER (WHERE pendo._lease_holds(d.lease_pid, d.lease_backend_start))
                AS running,
              sum(d.rows)::bigint AS rows,
              min(d.due_at) AS due_at
         FROM pendo.ledger d
        WHERE d.pull = p.name
       HAVING count(*) > 0) l ON true
  LEFT JOIN LATERAL (
       SELECT * FROM pendo.run d
        WHERE d.pull = p.name
        ORDER BY d.started_at DESC LIMIT 1) r ON true;
REVOKE ALL ON pendo.pull_progress FROM PUBLIC;
COMMENT ON VIEW pendo.pull_progress IS 'how far each pull is';
COMMENT ON COLUMN pendo.pull_progress.pull IS 'the pull';
COMMENT ON COLUMN pendo.pull_progress.owner IS 'role that it runs as';
COMMENT ON COLUMN pendo.pull_progress.state IS
    'paused, running, failing, waiting (windows were never loaded) or up to date';
COMMENT ON COLUMN pendo.pull_progress.windows IS 'windows that there are';
COMMENT ON COLUMN pendo.pull_progress.loaded_windows IS 'windows that were loaded';
COMMENT ON COLUMN pendo.pull_progress.percent IS 'their share';
COMMENT ON COLUMN pendo.pull_progress.failed_windows IS 'windows whose last load failed';
COMMENT ON COLUMN pendo.pull_progress.rows IS 'rows loaded';
COMMENT ON COLUMN pendo.pull_progress.running_windows IS 'windows that somebody works on now';
COMMENT ON COLUMN pendo.pull_progress.time_left IS
    'for windows never loaded, at the pace of the last run';
COMMENT ON COLUMN pendo.pull_progress.due_at IS 'when it runs next by itself';
COMMENT ON COLUMN pendo.pull_progress.last_run_at IS 'when it last had something to do';
