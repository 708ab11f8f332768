-- What is wrong, since when, what follows from it, and the statement to type next.
CREATE VIEW pendo.problem WITH (security_invoker = true) AS
SELECT p.name AS pull,
       format('%s: %s', count(*) || CASE count(*) WHEN 1 THEN ' window fails' ELSE ' windows fail' END,
              max(l.failure)) AS what,
       min(l.failed_at) AS since,
       format('%I.%I lacks what is new there', p.target_schema, p.target_table) AS effect,
       coalesce(format(d.statement, quote_literal(p.name),
                       format('%I.%I', p.source_schema, p.source_table),
                       quote_ident(p.connection), quote_ident(p.owner), quote_literal(p.connection)),
                format('CALL pendo.run_pull(%L);', p.name)) AS next_statement
  FROM pendo.pull p
  JOIN pendo.ledger l ON l.pull = p.name AND l.failure IS NOT NULL
  LEFT JOIN pendo._default_remedy d ON d.failure_state = l.failure_state
 GROUP BY p.name, l.failure_state, d.statement
UNION ALL
SELECT p.name, format('its owner, role %s, does not exist', p.owner), NULL,
       format('%I.%I is not refreshed', p.target_schema, p.target_table),
       -- The new owner of the table; what is kept with it has the same.
       format('UPDATE pendo.pull SET owner = %1$L WHERE owner = %2$L; '
              'UPDATE pendo.summary SET owner = %1$L WHERE owner = %2$L; '
              'UPDATE pendo.crm_table SET owner = %1$L WHERE owner = %2$L; '
              'UPDATE pendo.model SET owner = %1$L WHERE owner = %2$L;',
              coalesce((SELECT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c
                         WHERE c.oid = pendo._find_relation(p.target_schema, p.target_table)),
                       current_user), p.owner)
  FROM pendo.pull p
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = p.owner)
UNION ALL
SELECT p.name, format('its connection, server %s, does not exist', p.connection), NULL,
       format('%I.%I is not refreshed', p.target_schema, p.target_table),
       format('UPDATE pendo.pull SET connection = %1$L WHERE connection = %2$L; '
              'UPDATE pendo.model SET connection = %1$L WHERE connection = %2$L;',
              s.srvname, p.connection)
  FROM pendo.pull p
  JOIN pg_catalog.pg_foreign_table f
    ON f.ftrelid = pendo._find_relation(p.source_schema, p.source_table)
  JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server c WHERE c.srvname = p.connection)
UNION ALL
SELECT p.name, format('table %I.%I does not exist', t.schema_name, t.table_name), NULL,
       'nothing is pulled', format('SELECT pendo.drop_pull(%L);', p.name)
  FROM pendo.pull p
 CROSS JOIN LATERAL (VALUES (p.source_schema, p.source_table), (p.target_schema, p.target_table))
       AS t (schema_name, table_name)
 WHERE pendo._find_relation(t.schema_name, t.table_name) IS NULL
UNION ALL
SELECT p.name, 'the pull is paused', p.changed_at,
       format('%I.%I is not refreshed', p.target_schema, p.target_table),
       format('UPDATE pendo.pull SET is_paused = false WHERE name = %L;', p.name)
  FROM pendo.pull p
 WHERE p.is_paused
UNION ALL
SELECT NULL, coalesce('connection ' || s.connection || ' is paused', 'everything is paused')
             || coalesce(': ' || s.reason, ''),
       s.paused_at,
       CASE WHEN s.connection IS NULL OR c.srvname IS NOT NULL THEN 'nothing is pulled or delivered'
            ELSE format('no connection rests: server %s does not exist', s.connection) END,
       format('SELECT pendo.resume(%s)%s;', coalesce(quote_literal(s.connection), ''),
              (SELECT DISTINCT format(', pendo.pause(%L, %L)', r.srvname, s.reason)
                 FROM pendo.pull p
                 JOIN pg_catalog.pg_foreign_table f
                   ON f.ftrelid = pendo._find_relation(p.source_schema, p.source_table)
                 JOIN pg_catalog.pg_foreign_server r ON r.oid = f.ftserver
                WHERE c.srvname IS NULL AND p.connection = s.connection
                LIMIT 1))
  FROM pendo.pause s
  LEFT JOIN pg_catalog.pg_foreign_server c ON c.srvname = s.connection
UNION ALL
SELECT NULL, 'the setting pendo_fdw.paused is on', NULL, 'nothing is pulled or delivered',
       'ALTER SYSTEM RESET pendo_fdw.paused; SELECT pg_reload_conf();'
 WHERE coalesce(current_setting('pendo_fdw.paused', true)::boolean, false)
UNION ALL
SELECT p.name, 'nobody runs it', coalesce(min(l.due_at), pendo._first_due(p)),
       format('%I.%I is not refreshed', p.target_schema, p.target_table),
       format('CALL pendo.run_pull(%L);', p.name)
  FROM pendo.pull p
  LEFT JOIN pendo.ledger l ON l.pull = p.name
 WHERE p.is_scheduled AND NOT p.is_paused AND NOT pendo._is_paused(p.connection)
   AND l.lease_pid IS NULL AND l.failure IS NULL
 GROUP BY p.name
HAVING coalesce(min(l.due_at), pendo._first_due(p)) < clock_timestamp() - greatest(2 * p.every, interval '15 minutes')
UNION ALL
SELECT NULL, format('nothing is delivered to %s: %s', s.connection, s.refusal), s.refused_at,
       'what is in the outbox for it waits',
       CASE WHEN s.refusal_hint LIKE '%;' THEN s.refusal_hint
            ELSE format('SELECT * FROM pendo.check(%L);', s.connection) || coalesce('  -- ' || s.refusal_hint, '') END
  FROM pendo.connection_state s
 WHERE s.refusal IS NOT NULL AND pendo._connector(s.connection) IS NOT NULL
UNION ALL
SELECT NULL, format('connection %s does not answer, %s times by now: %s', s.connection, s.failures, s.failure),
       s.failing_since, format('nothing is delivered to it before %s', date_trunc('second', s.open_until)),
       format('SELECT * FROM pendo.check(%L);', s.connection)
  FROM pendo.connection_state s
 WHERE s.open_until > clock_timestamp() - interval '1 minute' AND pendo._connector(s.connection) IS NOT NULL
UNION ALL
SELECT NULL, format('%s of %s failed at %s: %s', CASE count(*) WHEN 1 THEN '1 item' ELSE count(*) || ' items' END,
                    f.object, f.connection, concat_ws(': ', f.code, (array_agg(f.message ORDER BY f.item DESC))[1])),
       min(f.failed_at), 'they are not sent any more',
       -- The same items whenever it is typed; the hour is for changes of the clock.
       CASE count(*) WHEN 1 THEN format('SELECT pendo.retry(item => %1$s);  -- or pendo.discard(item => %1$s)', min(f.item))
            ELSE format('SELECT pendo.retry(%1$L, since => now() - timestamptz %2$L);  -- or pendo.discard(%1$L)',
                        f.connection, to_char((min(f.failed_at) - interval '1 hour') AT TIME ZONE 'UTC',
                                              'YYYY-MM-DD"T"HH24:00"Z"')) END
  FROM pendo.failed_item f
 GROUP BY f.connection, f.object, f.code
UNION ALL
SELECT NULL, format(CASE count(*) WHEN 1 THEN '%s item for %s cannot be sent as it is: %s'
                    ELSE '%s items for %s cannot be sent as they are: %s' END, count(*),
                    w.connection, concat_ws(': ', w.code, (array_agg(w.message ORDER BY w.item DESC))[1])),
       min(w.since), 'they wait, and are tried each quarter of an hour',
       format('SELECT * FROM pendo.check(%L);', w.connection)
  FROM pendo.waiting w
 WHERE w.reason = 'configuration'
 GROUP BY w.connection, w.code
UNION ALL
SELECT NULL, format('there are items for %s, which is no connection', p.connection), NULL,
       'they cannot be sent', format('SELECT pendo.discard(%L, open => true);  -- or make that server again', p.connection)
  FROM pendo.delivery_progress p
 WHERE pendo._connector(p.connection) IS NULL AND p.in_outbox + p.waiting > 0
UNION ALL
SELECT NULL, format('nobody delivers to %s', d.connection), d.due_at, 'what is in the outbox for it waits',
       'CALL pendo.deliver();'
  FROM pendo._due_connection() d
 WHERE d.due_at < clock_timestamp() - interval '15 minutes'
   AND NOT EXISTS (SELECT FROM pendo.lane l WHERE l.connection = d.connection AND l.owner = d.owner
                                             AND pendo._lane_is_held(l.lease_pid, l.lease_backend_start))
UNION ALL
SELECT NULL, d.what, d.since, d.effect, d.next_statement FROM pendo._push_problem d
UNION ALL
SELECT NULL,
       CASE s.subject WHEN 'held' THEN format('%s signals %s of schema %I are held: too many at once',
                                              s.signals, s.name, s.schema_name)
                      WHEN 'flow' THEN format('flow %s of schema %I fails: %s', s.name, s.schema_name, s.failure)
                      ELSE format('signals of schema %I are not looked for: %s', s.schema_name, s.failure) END,
       s.since,
       CASE s.subject WHEN 'held' THEN 'no flow takes them, nor later ones'
                      WHEN 'flow' THEN 'its signals wait' ELSE 'no flow takes what is new' END,
       CASE s.subject WHEN 'held' THEN format('SELECT pendo.release_signals(%L, %L);', s.schema_name, s.name)
                      WHEN 'flow' THEN format('SELECT * FROM %I.flow WHERE name = %L;', s.schema_name, s.name)
                      ELSE format('SELECT * FROM pendo.run_signals(%L);', s.schema_name) END
  FROM pendo.signal_state s
 WHERE s.subject = 'held' OR s.failure IS NOT NULL;
REVOKE ALL ON pendo.problem FROM PUBLIC;
COMMENT ON VIEW pendo.problem IS 'what is wrong, and the statement to type next';
COMMENT ON COLUMN pendo.problem.pull IS 'the pull; NULL: it concerns more than one, or something else';
COMMENT ON COLUMN pendo.problem.what IS 'what is wrong';
COMMENT ON COLUMN pendo.problem.since IS 'since when, where that is known';
COMMENT ON COLUMN pendo.problem.effect IS 'what follows from it';
COMMENT ON COLUMN pendo.problem.next_statement IS 'what to type next';
