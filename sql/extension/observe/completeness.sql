-- What of each window is here: one row for each window of each pull.
CREATE VIEW pendo.completeness WITH (security_invoker = true) AS
SELECT p.connection,
       p.target_schema AS schema_name,
       p.target_table AS table_name,
       CASE WHEN p.mode = 'by_window'
            THEN (l.window_start AT TIME ZONE pendo._zone(p.connection))::date END AS day,
       CASE WHEN l.state = 'open' AND l.reopened > 0 THEN 'reopened' ELSE l.state END AS state,
       l.state = 'closed' AS is_complete,
       l.rows,
       l.fingerprint,
       l.loaded_at,
       l.checked_at,
       l.closed_at,
       l.reopened,
       l.failure,
       p.name AS pull
  FROM pendo.pull p
  JOIN pendo.ledger l ON l.pull = p.name;
REVOKE ALL ON pendo.completeness FROM PUBLIC;
COMMENT ON VIEW pendo.completeness IS 'what of each day is here, and whether it can still change';
COMMENT ON COLUMN pendo.completeness.connection IS 'server of the source';
COMMENT ON COLUMN pendo.completeness.schema_name IS 'schema of the local table';
COMMENT ON COLUMN pendo.completeness.table_name IS 'the local table';
COMMENT ON COLUMN pendo.completeness.day IS
    'day in the subscription''s time zone; NULL: the table is not cut into days';
COMMENT ON COLUMN pendo.completeness.state IS
    'pending (never loaded), open (may change by late events), reopened (did), closed (settled)';
COMMENT ON COLUMN pendo.completeness.is_complete IS 'nothing more is expected';
COMMENT ON COLUMN pendo.completeness.rows IS 'rows stored at the last load';
COMMENT ON COLUMN pendo.completeness.fingerprint IS
    'Pendo''s own count of rows, events and minutes, and the last event, before the last load';
COMMENT ON COLUMN pendo.completeness.loaded_at IS 'when it was last loaded';
COMMENT ON COLUMN pendo.completeness.checked_at IS 'when it was last known to be as at Pendo';
COMMENT ON COLUMN pendo.completeness.closed_at IS 'when it settled';
COMMENT ON COLUMN pendo.completeness.reopened IS 'how often it changed after it had settled';
COMMENT ON COLUMN pendo.completeness.failure IS 'why the last load failed';
COMMENT ON COLUMN pendo.completeness.pull IS 'the pull';
