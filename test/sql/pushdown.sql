-- What is sent, what is checked again, what stays here.
\set server push
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
ALTER FOREIGN TABLE event OPTIONS (ADD history_start '2024-06-01');
-- Text: equality; the rest is ours.
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id = 'a"b\c';
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id <> 'x' AND name IN ('a', NULL, 'b') AND id <> ALL ('{y,z}');
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id > 'x' AND name LIKE 'a%' AND id = E'a\nb';
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE NOT (id = 'x' OR name = 'y');
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id = 'x' OR name LIKE 'a%';
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE (id = 'x' AND name LIKE 'a%') OR app_id = 1;
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id = name OR id = NULL;
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id COLLATE "C" = 'x' AND upper(id) = 'X';
-- Numbers: exact below 2^53.
EXPLAIN (COSTS OFF) SELECT id FROM app WHERE id > 5 AND id <= 9007199254740991 AND id <> 7;
EXPLAIN (COSTS OFF) SELECT id FROM app WHERE id = 9007199254740993 OR id < 9223372036854775807;
EXPLAIN (COSTS OFF) SELECT id FROM app WHERE id <> 9007199254740993;
EXPLAIN (COSTS OFF) SELECT id FROM app WHERE 5 < id AND id = 5.5 AND id = 5::smallint AND id + 1 = 6;
EXPLAIN (COSTS OFF) SELECT id FROM vote WHERE strength > 0.1 AND strength < 'NaN' AND strength < 1e300;
EXPLAIN (COSTS OFF) SELECT id FROM vote WHERE revoked AND NOT revoked AND revoked IS NOT TRUE;
-- Null tests.
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id IS NULL AND name IS NOT NULL AND NOT (app_id IS NULL);
EXPLAIN (COSTS OFF) SELECT visitor_id FROM visitor WHERE agent_role IS NULL AND custom_plan = 'pro' AND agent_my_field_2 = 'x';
-- Times and days.
EXPLAIN (COSTS OFF) SELECT id FROM guide WHERE created_at > '2024-01-01 00:00:00.0005' AND created_at <= '2024-02-01' AND created_at <> '2024-01-15';
EXPLAIN (COSTS OFF) SELECT id FROM guide WHERE created_at = '2024-01-01 00:00:00.0005';
EXPLAIN (COSTS OFF) SELECT id FROM guide WHERE created_at < 'infinity' AND created_at > '-infinity';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day = '2024-06-03';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day BETWEEN '2024-06-03' AND '2024-06-05' AND day <> '2024-06-04';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day IN ('2024-06-03', '2024-06-07');
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day >= '2024-06-03 12:00+00'::timestamptz AND day < '2024-06-05 00:00'::timestamp;
SET timezone = 'Asia/Tokyo';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day >= '2024-06-03 00:00+09'::timestamptz AND day < '2024-06-05 00:00+00'::timestamptz;
SET timezone = 'UTC';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day > '2024-06-05' AND day < '2024-06-03';
EXPLAIN (COSTS OFF) SELECT visitor_id FROM event WHERE day = NULL;
EXPLAIN (COSTS OFF) SELECT type FROM guide_event WHERE browser_time >= '2024-06-03 12:00+00' AND browser_time < '2024-06-04 18:30+00';
-- Parameters, stable expressions, and off.
PREPARE p (date, text) AS SELECT count(*) FROM event WHERE day >= $1 AND day < $1 + 2 AND visitor_id = $2;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE p ('2024-06-03', 'v');
SET plan_cache_mode = force_custom_plan;
EXPLAIN (COSTS OFF) EXECUTE p ('2024-06-03', 'v');
EXPLAIN (COSTS OFF) EXECUTE p (NULL, 'v');
RESET plan_cache_mode;
DEALLOCATE p;
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id = current_setting('pendo_test.id', true) AND random() < 2;
SET pendo_fdw.enable_pushdown = off;
EXPLAIN (COSTS OFF) SELECT id FROM page WHERE id = 'x';
EXPLAIN (COSTS OFF) SELECT type FROM guide_event WHERE browser_time >= '2024-06-03' AND browser_time < '2024-06-04';
RESET pendo_fdw.enable_pushdown;
-- REST lists take no conditions.
EXPLAIN (COSTS OFF) SELECT id FROM segment WHERE id = 'x';
-- Counting rows wants none of their values; metadata only what is named.
EXPLAIN (COSTS OFF) SELECT count(*) FROM page;
EXPLAIN (COSTS OFF) SELECT agent_email, agent_my_field, agent_my_field_2 FROM visitor;
-- ANALYZE tells what it took.
CREATE FUNCTION push.analyzed(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) ' || query
    LOOP
        -- Whether bytes are set aside is a matter of speed.
        IF line ~ 'Windows|Requests|Rows|Bytes Received|Bad|Retries' THEN
            RETURN NEXT regexp_replace(trim(line), 'Bytes (\w+): \d+', 'Bytes \1: N');
        END IF;
    END LOOP;
END $$;
SELECT * FROM push.analyzed('SELECT id FROM push.app');
SELECT * FROM push.analyzed($$SELECT visitor_id FROM push.event WHERE day BETWEEN '2024-06-03' AND '2024-06-05'$$);
\i :drop
