-- Grain: rows of a day or of an hour, also where clocks change.
\set server grain
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
CREATE SCHEMA grain_hour;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (event, page_event, feature_event, track_event, guide_event, page) FROM SERVER grain INTO grain_hour OPTIONS (period 'hour');
SELECT table_name, period FROM pendo.live_table WHERE connection = 'grain' AND period IS NOT NULL ORDER BY 1, 2;
SELECT string_agg(column_name, ', ') FROM pendo.live_column WHERE relation = 'grain.event'::regclass AND column_name IN ('day', 'hour');
SELECT string_agg(column_name, ', ') FROM pendo.live_column WHERE relation = 'grain_hour.event'::regclass AND column_name IN ('day', 'hour');
-- Hours are whole ones, lie in their days, and hold the same events.
CREATE FUNCTION grain.of(relation text) RETURNS TABLE (days bigint, whole boolean, same_days boolean, same_events boolean) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'WITH d AS MATERIALIZED (SELECT day, sum(num_events) AS n, sum(num_minutes) AS m FROM grain.%1$I
                                  WHERE day BETWEEN ''2024-06-03'' AND ''2024-06-05'' GROUP BY day),
              h AS MATERIALIZED (SELECT hour, num_events AS n FROM grain_hour.%1$I
                                  WHERE hour >= ''2024-06-03 00:00 America/New_York'' AND hour < ''2024-06-06 00:00 America/New_York'')
         SELECT (SELECT count(*) FROM d), (SELECT bool_and(hour = date_trunc(''hour'', hour)) FROM h),
                (SELECT array_agg(day ORDER BY day) FROM d)
                = (SELECT array_agg(DISTINCT (hour AT TIME ZONE ''America/New_York'')::date) FROM h),
                (SELECT sum(n) FROM d) = (SELECT sum(n) FROM h)', relation);
END $$;
SELECT * FROM grain.of('event');
SELECT * FROM grain.of('page_event');
SELECT * FROM grain.of('feature_event');
SELECT * FROM grain.of('track_event');
-- A day has no hour, an hour no day.
\set VERBOSITY terse
SELECT hour FROM grain.event;
ALTER FOREIGN TABLE grain.event OPTIONS (SET period 'hour');
SELECT count(*) FROM grain.event WHERE day = '2024-06-03';
ALTER FOREIGN TABLE grain.event OPTIONS (SET period 'day');
\set VERBOSITY default
-- Grains with a time of another type, or without one.
CREATE FOREIGN TABLE odd (visitor_id text, day timestamptz, num_events bigint) SERVER grain OPTIONS (object 'event', history_start '2024-06-13', window '30 days');
SELECT min(day), max(day) FROM odd WHERE day < '2024-06-14';
CREATE FOREIGN TABLE timeless (visitor_id text, num_events bigint) SERVER grain OPTIONS (object 'event', history_start '2024-06-14', window '3000 days');
SELECT count(*) > 0 AS some FROM timeless;
-- Clocks go forward on 10 March 2024 and back on 3 November 2024.
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day BETWEEN '2024-03-09' AND '2024-03-11' AND day <> '2024-03-10';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day BETWEEN '2024-11-02' AND '2024-11-04' AND day <> '2024-11-03';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM grain_hour.event WHERE hour >= '2024-03-10 05:00+00' AND hour < '2024-03-11 04:00+00';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM grain_hour.event WHERE hour >= '2024-11-03 04:00+00' AND hour < '2024-11-04 05:00+00';
ALTER FOREIGN TABLE grain_hour.event OPTIONS (ADD window '1 hour');
EXPLAIN (COSTS OFF) SELECT visitor_id FROM grain_hour.event WHERE hour >= '2024-03-10 05:00+00' AND hour < '2024-03-11 04:00+00';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM grain_hour.event WHERE hour >= '2024-11-03 04:00+00' AND hour < '2024-11-04 05:00+00';
-- The zone of the subscription counts, not the session's.
SET timezone = 'Pacific/Kiritimati';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day = '2024-06-03';
SELECT DISTINCT day FROM event WHERE day = '2024-06-03';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM grain_hour.event WHERE hour >= '2024-06-03' AND hour < '2024-06-03 02:00';
SET timezone = 'UTC';
-- Part of an hour is all of its row or none.
SELECT count(*) AS n FROM grain_hour.event WHERE hour = '2024-06-03 15:00+00' \gset
SELECT :n > 0 AS some, count(*) = :n AS same FROM grain_hour.event WHERE hour > '2024-06-03 14:30+00' AND hour < '2024-06-03 15:30+00';
SELECT count(*) FROM grain_hour.event WHERE hour > '2024-06-03 15:00+00' AND hour < '2024-06-03 15:59+00';
-- Single events have no grain.
SELECT (SELECT count(*) FROM guide_event WHERE browser_time >= '2024-06-03' AND browser_time < '2024-06-05')
     = (SELECT count(*) FROM grain_hour.guide_event WHERE browser_time >= '2024-06-03' AND browser_time < '2024-06-05') AS same;
DROP SCHEMA grain_hour CASCADE;
\i :drop
