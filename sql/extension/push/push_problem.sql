-- What is wrong with pushes; a part of pendo.problem.  Nothing is with a draft, nor do the
-- names that a paused one needs have to be there.  A statement is never one that forgets.
CREATE VIEW pendo._push_problem WITH (security_invoker = true) AS
SELECT format('push %s: %s', p.name, x.what) AS what, x.since, x.effect, x.next_statement
  FROM pendo.push p
 CROSS JOIN LATERAL (
       SELECT format('%s records would change and %s vanished, which is more than it may do unasked',
                     p.held_changed, p.held_vanished) AS what,
              p.held_at AS since, 'nothing is sent' AS effect,
              format('SELECT pendo.allow_push(%L, changed => %s, vanished => %s);',
                     p.name, p.held_changed, p.held_vanished) AS next_statement
        WHERE p.held_at IS NOT NULL AND p.state IN ('trial', 'live')
       UNION ALL
       SELECT p.failure, p.failed_at, 'nothing is sent', format('SELECT * FROM pendo.run_push(%L);', p.name)
        WHERE p.failure IS NOT NULL AND p.state IN ('trial', 'live')
       UNION ALL
       SELECT format('its owner, role %s, does not exist', p.owner), NULL, 'nothing is sent',
              format('UPDATE pendo.push SET owner = %L WHERE owner = %L;',
                     coalesce((SELECT pg_catalog.pg_get_userbyid(c.relowner) FROM pg_catalog.pg_class c
                                WHERE c.oid = pendo._find_relation(p.source_schema, p.source_table)),
                              current_user), p.owner)
        WHERE p.state <> 'draft'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = p.owner)
       UNION ALL
       SELECT format('its connection, server %s, does not exist', p.connection), NULL, 'nothing is delivered',
              format('SELECT pendo.pause_push(%1$L);  -- or make it again, or pendo.define_push(%1$L, connection => ''...'')',
                     p.name)
        WHERE p.state IN ('trial', 'live')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_server s WHERE s.srvname = p.connection)
       UNION ALL
       SELECT format('its source, %I.%I, does not exist', p.source_schema, p.source_table), NULL,
              'nothing is sent',
              format('SELECT pendo.pause_push(%1$L);  -- or make it again, or pendo.define_push(%1$L, source => ''...'')',
                     p.name)
        WHERE p.state IN ('trial', 'live') AND pendo._find_relation(p.source_schema, p.source_table) IS NULL
       UNION ALL
       SELECT format('%s failed: %s', CASE count(*) WHEN 1 THEN '1 record' ELSE count(*) || ' records' END,
                     coalesce(max(r.message), max(r.code))),
              min(r.failed_at), format('they are not as %I.%I says', p.source_schema, p.source_table),
              format('SELECT key, code, message FROM pendo.push_record WHERE push = %L AND failed_at IS NOT NULL;', p.name)
         FROM pendo.push_record r
        WHERE r.push = p.name AND r.org = p.org AND r.failed_at IS NOT NULL
       HAVING count(*) > 0
       UNION ALL
       SELECT 'nobody runs it', p.due_at, 'nothing is sent', format('SELECT * FROM pendo.run_push(%L);', p.name)
        WHERE p.is_scheduled AND p.state IN ('trial', 'live') AND NOT pendo._is_paused(p.connection)
          AND p.failure IS NULL
          AND p.due_at < clock_timestamp() - greatest(2 * p.every, interval '15 minutes')) x;
REVOKE ALL ON pendo._push_problem FROM PUBLIC;
COMMENT ON VIEW pendo._push_problem IS 'what is wrong with pushes';
COMMENT ON COLUMN pendo._push_problem.what IS 'what is wrong, and with which';
COMMENT ON COLUMN pendo._push_problem.since IS 'since when, where that is known';
COMMENT ON COLUMN pendo._push_problem.effect IS 'what follows from it';
COMMENT ON COLUMN pendo._push_problem.next_statement IS 'what to type next';
