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
              -- Of a day that was read before its end the rest is missing.
              coalesce(min(CASE WHEN d.loaded_at IS NULL OR d.read_at <= d.window_start
                                THEN d.window_start
                                WHEN d.read_at < d.window_end THEN d.read_at END),
                       max(d.window_end)) AS loaded_until
         FROM pendo.ledger d WHERE d.pull = p.name AND p.mode = 'by_window') w;
REVOKE ALL ON pendo.freshness FROM PUBLIC;
COMMENT ON VIEW pendo.freshness IS 'up to when each local table can be relied on';
COMMENT ON COLUMN pendo.freshness.connection IS 'server of the source';
COMMENT ON COLUMN pendo.freshness.schema_name IS 'schema of the local table';
COMMENT ON COLUMN pendo.freshness.table_name IS 'the local table';
COMMENT ON COLUMN pendo.freshness.complete_until IS
    'every window before this is here and settled; NULL: the table has no windows';
COMMENT ON COLUMN pendo.freshness.loaded_until IS
    'everything before this is here, as it was when it was read: it may change';
COMMENT ON COLUMN pendo.freshness.checked_at IS 'when something of it was last known to be as at Pendo';
COMMENT ON COLUMN pendo.freshness.age IS 'how long ago that is';
COMMENT ON COLUMN pendo.freshness.open_windows IS 'windows that may change';
COMMENT ON COLUMN pendo.freshness.missing_windows IS 'windows that were never loaded';
COMMENT ON COLUMN pendo.freshness.pull IS 'the pull';
