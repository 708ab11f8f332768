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

-- Up to when each local table can be relied on.
CREATE VIEW pendo.freshness WITH (security_invoker = true) AS
SELECT p.connection,
       p.target_schema AS schema_name,
       p.target_table AS table_name,
       w.complete_until,
       w.loaded_until,
       l.checked_at,
       clock_timestamp() - l.checked_at AS age,
       l.open_windows,
       l.missing_windows,
       p.name AS pull
  FROM pendo.pull p
 CROSS JOIN LATERAL (
       SELECT max(d.checked_at) AS checked_at,
              count(*) FILTER (WHERE d.state = 'open') AS open_windows,
              count(*) FILTER (WHERE d.loaded_at IS NULL) AS missing_windows
         FROM pendo.ledger d WHERE d.pull = p.name) l
 CROSS JOIN LATERAL (
       -- The watermark: where the first gap begins.
       SELECT coalesce(min(d.window_start) FILTER (WHERE d.state <> 'closed'),
                       max(d.window_end)) AS complete_until,
              coalesce(min(d.window_start) FILTER (WHERE d.loaded_at IS NULL),
                       max(d.window_end)) AS loaded_until
         FROM pendo.ledger d WHERE d.pull = p.name AND p.mode = 'by_window') w;
REVOKE ALL ON pendo.freshness FROM PUBLIC;
COMMENT ON VIEW pendo.freshness IS 'up to when each local table can be relied on';
COMMENT ON COLUMN pendo.freshness.connection IS 'server of the source';
COMMENT ON COLUMN pendo.freshness.schema_name IS 'schema of the local table';
COMMENT ON COLUMN pendo.freshness.table_name IS 'the local table';
COMMENT ON COLUMN pendo.freshness.complete_until IS
    'every window before this is here and settled; NULL: the table has no windows';
COMMENT ON COLUMN pendo.freshness.loaded_until IS 'every window before this is here, though it may change';
COMMENT ON COLUMN pendo.freshness.checked_at IS 'when something of it was last known to be as at Pendo';
COMMENT ON COLUMN pendo.freshness.age IS 'how long ago that is';
COMMENT ON COLUMN pendo.freshness.open_windows IS 'windows that may change';
COMMENT ON COLUMN pendo.freshness.missing_windows IS 'windows that were never loaded';
COMMENT ON COLUMN pendo.freshness.pull IS 'the pull';
