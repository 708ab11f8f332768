-- Time ranges: which there must be, and what they become.
\set server rng
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SELECT count(*) FROM event;
SELECT count(*) FROM event WHERE day <= '2024-06-03';
SELECT count(*) FROM event WHERE day >= '2024-06-03' OR visitor_id = 'x';
SELECT count(*) FROM guide_event;
ALTER FOREIGN TABLE event OPTIONS (ADD history_start '2024-06-01');
SELECT min(day) FROM event WHERE day <= '2024-06-03';
ALTER SERVER rng OPTIONS (ADD history_start '2024-06-02');
SELECT min(day) FROM event WHERE day <= '2024-06-03';
SELECT min(day) FROM page_event WHERE day <= '2024-06-03';
-- A query's own bound goes before history_start.
SELECT min(day) FROM event WHERE day BETWEEN '2024-05-20' AND '2024-06-03';
-- Nothing can be there: nothing is asked for.
SELECT count(*) FROM event WHERE day > '2024-06-03' AND day < '2024-06-03';
SELECT count(*) FROM event WHERE day > '2100-01-01';
-- Windows of several days, of hours, for both grains: the same rows.
CREATE SCHEMA rng_hour;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (event) FROM SERVER rng INTO rng_hour OPTIONS (period 'hour');
SELECT count(*) AS days, sum(num_events) AS events FROM event WHERE day BETWEEN '2024-06-03' AND '2024-06-05' \gset
SELECT sum(num_events) = :events AS same_events FROM rng_hour.event WHERE hour >= '2024-06-03 04:00+00' AND hour < '2024-06-06 04:00+00';
ALTER FOREIGN TABLE event OPTIONS (ADD window '2 days');
SELECT count(*) = :days AS same FROM event WHERE day BETWEEN '2024-06-03' AND '2024-06-05';
ALTER FOREIGN TABLE event OPTIONS (SET window '7 days');
SELECT count(*) = :days AS same FROM event WHERE day BETWEEN '2024-06-03' AND '2024-06-05';
ALTER FOREIGN TABLE event OPTIONS (SET window '5 hours');
SELECT count(*) = :days AS same FROM event WHERE day BETWEEN '2024-06-03' AND '2024-06-05';
ALTER FOREIGN TABLE rng_hour.event OPTIONS (ADD window '1 hour');
SELECT sum(num_events) = :events AS same_events FROM rng_hour.event WHERE hour >= '2024-06-03 04:00+00' AND hour < '2024-06-06 04:00+00';
EXPLAIN (COSTS OFF) SELECT hour FROM rng_hour.event WHERE hour >= '2024-06-03 04:30+00' AND hour < '2024-06-03 09:00+00';
-- Applications.
SELECT count(DISTINCT app_id) > 1 AS several FROM event WHERE day = '2024-06-03';
ALTER SERVER rng OPTIONS (ADD apps '-323232');
SELECT DISTINCT app_id FROM event WHERE day = '2024-06-03';
SELECT DISTINCT app_id FROM page;
ALTER FOREIGN TABLE page OPTIONS (ADD apps 'ios|android');
SELECT DISTINCT a.platform FROM page p JOIN app a ON a.id = p.app_id ORDER BY 1;
-- Days that are no midnights of the zone: an error that tells which fit.
ALTER SERVER rng OPTIONS (SET time_zone 'Asia/Kolkata');
\set VERBOSITY terse
SELECT count(day) FROM event WHERE day = '2024-06-03';
\set VERBOSITY default
SET client_min_messages = warning;
DROP SCHEMA rng_hour CASCADE;
\i :drop
