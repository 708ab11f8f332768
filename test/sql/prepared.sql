-- Prepared statements and parameters: the same rows under both kinds of plan.
\set server prep
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
PREPARE days (date, date) AS
    SELECT count(*) > 0 AS some, min(day), max(day), count(DISTINCT app_id) FROM event WHERE day >= $1 AND day <= $2;
PREPARE pages (bigint, text, text[], bigint[]) AS
    SELECT count(*) FROM page WHERE app_id = $1 OR id = $2 OR id = ANY ($3) OR app_id <> ALL ($4);
PREPARE whole (text) AS SELECT count(*) FROM page WHERE id = $1;
SELECT id AS page FROM page ORDER BY id COLLATE "C" LIMIT 1 \gset
SET plan_cache_mode = force_generic_plan;
EXECUTE days ('2024-06-03', '2024-06-05');
EXECUTE days ('2024-06-05', '2024-06-03');
EXECUTE days (NULL, '2024-06-03');
EXECUTE days ('2024-06-13', '2024-06-13');
EXECUTE pages (-323232, NULL, '{}', '{-323232}');
EXECUTE pages (NULL, NULL, NULL, NULL);
EXECUTE pages (-323232, E'a\nb', '{a,NULL}', '{-323232,NULL}');
EXECUTE pages (-9223372036854775808, '', '{}', '{9223372036854775807}');
EXECUTE pages (NULL, :'page', ARRAY[:'page'], '{NULL}');
EXECUTE whole (:'page');
EXECUTE whole (E'\\ " \u00e9 \t');
EXECUTE whole (NULL);
SET plan_cache_mode = force_custom_plan;
EXECUTE days ('2024-06-03', '2024-06-05');
EXECUTE days ('2024-06-05', '2024-06-03');
EXECUTE days (NULL, '2024-06-03');
EXECUTE pages (-323232, NULL, '{}', '{-323232}');
EXECUTE pages (NULL, NULL, NULL, NULL);
EXECUTE pages (-323232, E'a\nb', '{a,NULL}', '{-323232,NULL}');
EXECUTE pages (-9223372036854775808, '', '{}', '{9223372036854775807}');
EXECUTE pages (NULL, :'page', ARRAY[:'page'], '{NULL}');
EXECUTE whole (:'page');
EXECUTE whole (E'\\ " \u00e9 \t');
EXECUTE whole (NULL);
-- A plan that is kept follows its server, table, columns and key.
SET plan_cache_mode = force_generic_plan;
ALTER SERVER prep OPTIONS (ADD apps '-323232');
EXECUTE days ('2024-06-03', '2024-06-05');
ALTER FOREIGN TABLE event OPTIONS (ADD apps 'ios');
EXECUTE days ('2024-06-03', '2024-06-05');
ALTER SERVER prep OPTIONS (DROP apps);
ALTER FOREIGN TABLE event OPTIONS (DROP apps);
EXECUTE days ('2024-06-03', '2024-06-05');
ALTER FOREIGN TABLE page ALTER COLUMN id OPTIONS (ADD field 'name');
EXECUTE whole (:'page');
ALTER FOREIGN TABLE page ALTER COLUMN id OPTIONS (DROP field);
EXECUTE whole (:'page');
\set VERBOSITY sqlstate
ALTER USER MAPPING FOR CURRENT_USER SERVER prep OPTIONS (SET integration_key 'wrong');
EXECUTE whole (:'page');
ALTER USER MAPPING FOR CURRENT_USER SERVER prep OPTIONS (SET integration_key :'key');
EXECUTE whole (:'page');
ALTER SERVER prep OPTIONS (SET time_zone 'Asia/Kolkata');
EXECUTE days ('2024-06-03', '2024-06-05');
ALTER SERVER prep OPTIONS (SET time_zone 'America/New_York');
EXECUTE days ('2024-06-03', '2024-06-05');
\set VERBOSITY default
RESET plan_cache_mode;
DEALLOCATE ALL;
-- Parameters of other kinds: functions, subqueries, outer rows.
CREATE FUNCTION prep.pages_of(bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM prep.page WHERE app_id = $1';
CREATE FUNCTION prep.pages_in(app bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT count(*) FROM prep.page WHERE app_id = pages_in.app);
END $$;
SELECT id, prep.pages_of(id) = count AS same, prep.pages_in(id) = count AS same_in
  FROM app a, LATERAL (SELECT count(*) FROM page p WHERE p.app_id = a.id) p ORDER BY id;
SELECT count(*) FROM page WHERE app_id = (SELECT id FROM app WHERE platform = 'ios');
SELECT count(*) FROM page WHERE app_id = (SELECT id FROM app WHERE platform = 'none');
SELECT min(day), max(day) FROM event
 WHERE day >= (SELECT min(d) FROM (VALUES (date '2024-06-03')) v (d)) AND day < (SELECT date '2024-06-05');
SELECT d::date, count(*) > 0 AS some FROM generate_series('2024-06-03', '2024-06-05', interval '1 day') d,
       LATERAL (SELECT FROM event e WHERE e.day = d::date OFFSET 0) e GROUP BY 1 ORDER BY 1;
\i :drop
