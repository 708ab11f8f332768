-- Conditions on live tables give the rows that they give on copies of them.
\set server whr
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
\set heap :abs_srcdir '/include/heap.sql'
\i :heap
ALTER SERVER whr OPTIONS (ADD on_bad_value 'null', ADD window '30 days');
CREATE TABLE heap_visitor AS SELECT * FROM visitor;
CREATE TABLE heap_page AS SELECT * FROM page;
CREATE TABLE heap_vote AS SELECT * FROM vote;
CREATE TABLE heap_segment AS SELECT * FROM segment;
CREATE TABLE heap_event AS SELECT * FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-10';
SELECT id AS id FROM heap_page WHERE name LIKE '%"%' ORDER BY id COLLATE "C" LIMIT 1 \gset
SELECT format('id = %L', :'id') AS by_id, format('id IN (%L, %L, NULL)', :'id', 'x') AS by_list \gset
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
-- Text.
SELECT c, heap_same('page', c) FROM (VALUES
    (:'by_id'), (:'by_list'), ('id <> name'), ('name IS NULL'), ('created_by IS NULL'), ('name <> '''''),
    ('name ~ ''"'''), ('name < ''M'''), ('name >= ''M'' AND name < ''a'''),
    ('upper(name) = upper(name)'), ('length(name) > 10'),
    ('name IN (SELECT name FROM whr.heap_page WHERE app_id < 0)'),
    ('id <> ALL (ARRAY(SELECT id FROM whr.heap_page WHERE app_id < 0))'),
    ('(name, app_id) IN (SELECT name, app_id FROM whr.heap_page WHERE app_id < 0)'),
    ('color IS DISTINCT FROM ''auto'''), ('color IS NOT DISTINCT FROM NULL'), ('coalesce(color, '''') = ''''')) AS v (c);
-- Text in metadata, with names of every kind and values of other types.
SELECT c, heap_same('visitor', c) FROM (VALUES
    ('agent_email IS NULL'), ('agent_email IS NOT NULL'), ('agent_role = ''admin'''), ('agent_role <> ''admin'''),
    ('agent_role IN (''admin'', ''user'')'), ('agent_role NOT IN (''admin'', ''user'')'),
    ('NOT (agent_role = ''admin'' AND agent_language = ''en'')'), ('agent_role = ''admin'' OR agent_role IS NULL'),
    ('agent_my_field <> ''x'''), ('agent_my_field_3 = ''y'''), ('agent_note = ''it''''s'''), ('agent_note = '''''),
    ('custom_1st = ''x'' OR custom_1st IS NULL'), ('custom_dot_ted IS NOT NULL'), ('"agent_größe" IS NOT NULL'),
    ('custom_plan = NULL'), ('custom_plan <> ALL (''{pro,NULL}'')'), ('custom_plan = ANY (''{pro,NULL}'')'),
    ('visitor_id = '''''), ('visitor_id IS NULL'), ('visitor_id LIKE ''\_PENDO\_T\_%'''),
    ('auto_accountid = '''''), ('auto_accountid <> '''''), ('auto_accountids = ''{}'''),
    ('auto_accountids @> ''{account-00000}'''), ('''account-00000'' = ANY (auto_accountids)'),
    ('metadata ? ''custom'''), ('metadata #>> ''{agent,role}'' = ''admin''')) AS v (c);
-- Booleans.
SELECT c, heap_same('visitor', c) FROM (VALUES
    ('agent_isadmin'), ('NOT agent_isadmin'), ('agent_isadmin IS NULL'), ('agent_isadmin IS TRUE'), ('agent_isadmin IS NOT TRUE'),
    ('agent_isadmin = false'), ('agent_isadmin <> false'), ('agent_isadmin IS UNKNOWN'),
    ('agent_isadmin = custom_active'), ('agent_isadmin OR custom_active'), ('NOT (agent_isadmin OR custom_active)'),
    ('agent_isadmin > false'), ('agent_isadmin = ANY (''{t}'')'), ('CASE WHEN agent_isadmin THEN custom_active ELSE true END')) AS v (c);
-- Numbers: integers beyond 2^53, fractions, other types, values of other types.
SELECT c, heap_same('visitor', c) FROM (VALUES
    ('custom_bigid = 9007199254740991'), ('custom_bigid = 9007199254740992'), ('custom_bigid = 9007199254740993'),
    ('custom_bigid > 9007199254740991'), ('custom_bigid > 9007199254740992'), ('custom_bigid >= 9007199254740993'),
    ('custom_bigid < 9007199254740993'), ('custom_bigid <> 9007199254740993'), ('custom_bigid <> 9007199254740991'),
    ('custom_bigid IN (9007199254740992, 9007199254740993, 5)'), ('custom_bigid NOT IN (9007199254740992, 9007199254740993)'),
    ('custom_bigid BETWEEN -9223372036854775808 AND 9223372036854775807'), ('custom_bigid IS NULL'),
    ('agent_logincount = 12'), ('agent_logincount > 12.5'), ('agent_logincount > 100::smallint'), ('agent_logincount < 100::float8'),
    ('-agent_logincount < -100'), ('agent_logincount % 2 = 0'), ('agent_logincount = agent_score'),
    ('agent_score > 0'), ('agent_score = -17.25'), ('agent_score <> -17.25'), ('agent_score < 1e-300'), ('agent_score < ''NaN'''),
    ('agent_score = ''-0'''), ('agent_score > 0.1::float4'), ('agent_score = 0.1'), ('agent_score < ''Infinity'''),
    ('custom_ratio > 1e308'), ('custom_ratio < 5e-324'), ('custom_ratio = 1.7976931348623157e308'), ('custom_amount = 2.5'),
    ('custom_amount IN (2.5, 0, ''NaN'')'), ('auto_idhash > 2147483648'), ('auto_nid = 0'), ('auto_nid IS NULL')) AS v (c);
SELECT c, heap_same('vote', c) FROM (VALUES
    ('strength >= 1'), ('strength < 1 OR revoked'), ('revoked AND strength IS NULL'), ('strength IS NULL'), ('revoked IS NULL')) AS v (c);
-- Events and lists.
SELECT c, heap_same('event', c) FROM (VALUES
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND num_events > 3 AND num_events <= 10'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND (app_id = -323232 OR num_minutes > 5)'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND app_id IN (SELECT id FROM whr.app WHERE platform <> ''web'')'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND account_id = '''''),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND account_id IS NULL'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND parameters IS NULL'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND country IS NULL'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND visitor_id IN (SELECT visitor_id FROM whr.visitor WHERE agent_role = ''admin'')'),
    ('day BETWEEN ''2024-06-01'' AND ''2024-06-10'' AND first_time < last_time AND last_time - first_time > interval ''1 hour''')) AS v (c);
SELECT c, heap_same('segment', c) FROM (VALUES ('true'), ('name LIKE ''%a%'''), ('created_at > ''2024-01-01'''), ('created_by IS NULL')) AS v (c);
-- Long lists: 1000 are sent, more are checked here.
SELECT n, heap_same('visitor', format('visitor_id IN (%s)', (
           SELECT string_agg(quote_literal(coalesce(h.visitor_id, g.i::text)), ', ') FROM generate_series(1, n) g (i)
             LEFT JOIN (SELECT row_number() OVER (ORDER BY visitor_id COLLATE "C") * 9 AS i, visitor_id FROM heap_visitor) h USING (i))))
  FROM (VALUES (999), (1000), (1001), (2500)) v (n);
\i :drop
