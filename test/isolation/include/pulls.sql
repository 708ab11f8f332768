-- What the specs begin with: pulls from a remote system, which is schema remote of this
-- very database by postgres_fdw.  Twelve days of events, two visitors a day; pages by key.
CREATE EXTENSION IF NOT EXISTS postgres_fdw;
CREATE SCHEMA remote
    CREATE TABLE event (day date, visitor_id text, num_events bigint)
    CREATE TABLE page (id text, name text, title text);
CREATE SCHEMA live;
CREATE SCHEMA local;
INSERT INTO remote.event
SELECT '2024-01-01'::date + d, 'v' || v, 10 * v
  FROM generate_series(0, 11) d, generate_series(1, 2) v;
INSERT INTO remote.page SELECT 'p' || i, 'name ' || i, 'title ' || i FROM generate_series(1, 3) i;
DO $$ BEGIN
    EXECUTE format('CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database());
    EXECUTE format('CREATE USER MAPPING FOR CURRENT_USER SERVER remote OPTIONS (user %L)', current_user);
END $$;
-- By hand: the server would not find a schema that is not committed.
CREATE FOREIGN TABLE live.event (day date, visitor_id text, num_events bigint)
    SERVER remote OPTIONS (schema_name 'remote');
CREATE FOREIGN TABLE live.page (id text, name text, title text) SERVER remote OPTIONS (schema_name 'remote');
CREATE TABLE local.event (LIKE live.event, note text) PARTITION BY RANGE (day);
CREATE TABLE local.page (LIKE live.page, PRIMARY KEY (id), deleted_at timestamptz);
CREATE TABLE local.visitor_day (day date, events bigint, PRIMARY KEY (day));
INSERT INTO pendo.summary (schema_name, table_name, source_table, query)
VALUES ('local', 'visitor_day', 'event',
        'SELECT day, sum(num_events)::bigint AS events FROM event GROUP BY day');
-- The calendar of the events begins in a far future, so that no clock adds a window to
-- those that are made here by hand.
SELECT pendo.define_pull('live.event', 'local.event', name => 'event', time_column => 'day',
                         since => '2999-01-01', is_scheduled => false);
INSERT INTO pendo.ledger (pull, window_start, window_end)
SELECT 'event', d, d + interval '1 day'
  FROM generate_series('2024-01-01 00:00+00'::timestamptz, '2024-01-12 00:00+00', '1 day') d;
SELECT pendo.define_pull('live.page', 'local.page', name => 'page', key_columns => '{id}', is_scheduled => false);
SELECT pendo._plan_windows('page');

-- The steps of a run one by one: what a session has leased lies here between them.
CREATE TABLE local.leased (pid integer PRIMARY KEY DEFAULT pg_backend_pid(), batch pendo._batch);
CREATE FUNCTION local.days(batch pendo._batch) RETURNS text LANGUAGE sql AS
    $$SELECT coalesce(nullif(concat_ws(' to ',
          to_char(nullif($1.window_start, '-infinity') AT TIME ZONE 'UTC', 'DD'),
          to_char(nullif($1.window_end, 'infinity') AT TIME ZONE 'UTC' - interval '1 day', 'DD')), ''),
          CASE WHEN $1.query IS NULL THEN 'nothing' ELSE 'everything' END)$$;
CREATE FUNCTION local.lease(pull text, most integer DEFAULT 8) RETURNS text LANGUAGE sql AS $$
    INSERT INTO local.leased AS l (batch)
    SELECT b FROM pendo._lease_windows(pull, true, clock_timestamp(), most) b
    ON CONFLICT (pid) DO UPDATE SET batch = EXCLUDED.batch
    RETURNING local.days(l.batch) $$;
CREATE FUNCTION local.load() RETURNS void LANGUAGE sql AS
    $$SELECT pendo._load(NULL, l.batch, NULL) FROM local.leased l WHERE l.pid = pg_backend_pid()$$;
-- What differs between here and there; a summary that is not that of its events.
CREATE VIEW local.difference AS
SELECT 'local has' AS what, to_char(day, 'DD') AS id, visitor_id || ' ' || num_events AS value
  FROM (SELECT day, visitor_id, num_events FROM local.event
        EXCEPT ALL SELECT * FROM remote.event) e
UNION ALL
SELECT 'local lacks', to_char(day, 'DD'), visitor_id || ' ' || num_events
  FROM (SELECT * FROM remote.event
        EXCEPT ALL SELECT day, visitor_id, num_events FROM local.event) e
UNION ALL
SELECT 'local has', id, concat_ws(', ', name, title)
  FROM (SELECT id, name, title FROM local.page WHERE deleted_at IS NULL
        EXCEPT ALL SELECT * FROM remote.page) p
UNION ALL
SELECT 'local lacks', id, concat_ws(', ', name, title)
  FROM (SELECT * FROM remote.page
        EXCEPT ALL SELECT id, name, title FROM local.page WHERE deleted_at IS NULL) p
UNION ALL
SELECT 'summary is wrong', to_char(day, 'DD'), concat_ws(' for ', s.events::text, e.events::text)
  FROM local.visitor_day s
  FULL JOIN (SELECT day, sum(num_events) AS events FROM local.event GROUP BY day) e USING (day)
 WHERE s.events IS DISTINCT FROM e.events
 ORDER BY 1, 2, 3;
-- The ledger, with neighbours that are alike in one row.
CREATE VIEW local.state AS
SELECT pull, coalesce(nullif(concat_ws(' to ', to_char(min(day), 'DD'),
                                       nullif(to_char(max(day), 'DD'), to_char(min(day), 'DD'))), ''), 'all') AS days,
       state, sum(rows) AS rows, attempts, is_due, lease
  FROM (SELECT pull, nullif(window_start, '-infinity') AT TIME ZONE 'UTC' AS day, state, rows, attempts,
               due_at <= now() AS is_due,
               CASE WHEN lease_pid IS NULL THEN 'free'
                    WHEN lease_pid = pg_backend_pid() THEN 'mine' ELSE 'leased' END AS lease,
               row_number() OVER (PARTITION BY pull ORDER BY window_start)
               - row_number() OVER (PARTITION BY pull, state, attempts, due_at <= now(), lease_pid
                                    ORDER BY window_start) AS island
          FROM pendo.ledger) l
 GROUP BY pull, state, attempts, is_due, lease, island
 ORDER BY pull, min(day);
