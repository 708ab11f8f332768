-- For operators: what the background workers are at, in all databases.
CREATE VIEW pendo.worker AS
SELECT d.datname AS database, pg_get_userbyid(s.role) AS role, s.task, s.state,
       s.due_at, s.not_before AS retry_at, s.pid, s.failures
  FROM pendo._worker_state() s
  LEFT JOIN pg_database d ON d.oid = s.database;
REVOKE ALL ON pendo.worker FROM PUBLIC;
COMMENT ON VIEW pendo.worker IS
    'for whom something is done in the background, in all databases';
COMMENT ON COLUMN pendo.worker.database IS 'where that is';
COMMENT ON COLUMN pendo.worker.role IS 'whose pulls or deliveries they are';
COMMENT ON COLUMN pendo.worker.task IS 'pull or deliver: each has a worker of its own';
COMMENT ON COLUMN pendo.worker.state IS
    'waiting for the due time, starting, running, or failed a moment ago';
COMMENT ON COLUMN pendo.worker.due_at IS
    'when the first of them is due, as far as known; infinity: none for now';
COMMENT ON COLUMN pendo.worker.retry_at IS
    'after failures: not before this time';
COMMENT ON COLUMN pendo.worker.pid IS 'process that runs them, or NULL';
COMMENT ON COLUMN pendo.worker.failures IS 'failures since the last good run';
