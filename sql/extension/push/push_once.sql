-- Look at a push's source once, and put what changed into the outbox.  The comparison, the
-- items and the note of what was sent are one statement, hence one snapshot: a mark is
-- cleared only if the change that it tells of was seen.  Nothing is written, so no
-- transaction number taken behind which deliveries wait, before all has been compared; who
-- finds then that another run came first looks again.
CREATE FUNCTION pendo._push_once(p pendo.push, org text, keys text[])
RETURNS pendo._push_run
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run pendo._push_run;
BEGIN
    EXECUTE format($query$
        WITH difference AS MATERIALIZED (%s),
             counted AS MATERIALIZED (
             SELECT %s AS wrong_key,
                    count(*) FILTER (WHERE d.sent IS NOT NULL) AS items,
                    count(*) FILTER (WHERE d.sent IS NOT NULL AND d.is_known) AS changed,
                    count(*) FILTER (WHERE NOT d.is_there AND NOT d.was_gone) AS vanished
               FROM difference d),
             taken AS (
             UPDATE pendo.push p
                SET revision = p.revision + 1, org = $2, last_run_at = clock_timestamp(),
                    full_at = CASE WHEN $5 THEN now() ELSE p.full_at END,
                    due_at = clock_timestamp() + p.every,
                    held_at = NULL, held_changed = NULL, held_vanished = NULL,
                    allowed_changed = NULL, allowed_vanished = NULL,
                    failures = 0, failed_at = NULL, failure = NULL
               FROM counted c
              WHERE p.name = $1 AND p.revision = $4 AND c.wrong_key IS NULL
                AND (c.changed <= p.allowed_changed
                     OR NOT pendo._is_too_much($1, $2, c.changed, p.max_changed))
                AND (c.vanished <= p.allowed_vanished
                     OR NOT pendo._is_too_much($1, $2, c.vanished, p.max_vanished))
             RETURNING p.*),
             items AS (
             INSERT INTO pendo.outbox AS o (slot, connection, object, operation, key_field, key, fields, look, class, source)
             SELECT (SELECT pendo._outbox_slot()), t.connection, t.object, t.operation, t.key_field,
                    d.key, d.sent, t.adopt AND d.is_first,
                    'push', 'push ' || t.name
               FROM taken t CROSS JOIN difference d
              WHERE d.sent IS NOT NULL
             RETURNING o.item, o.key),
             records AS (
             INSERT INTO pendo.push_record AS r (push, org, key, hash, wanted, item, wanted_at)
             SELECT t.name, t.org, d.key, d.hash, d.wanted, i.item, now()
               FROM taken t CROSS JOIN difference d LEFT JOIN items i ON i.key = d.key
              WHERE d.wanted IS NOT NULL
             ON CONFLICT ON CONSTRAINT push_record_pkey DO UPDATE
                SET hash = EXCLUDED.hash, wanted = EXCLUDED.wanted, item = coalesce(EXCLUDED.item, r.item),
                    wanted_at = EXCLUDED.wanted_at, vanished_at = NULL,
                    code = CASE WHEN EXCLUDED.item IS NULL OR r.failed_at IS NOT NULL THEN r.code END),
             presence AS (
             UPDATE pendo.push_record r
                SET vanished_at = CASE WHEN NOT d.is_there THEN now() END
               FROM taken t CROSS JOIN difference d
              WHERE r.push = $1 AND r.org = $2 AND r.key = d.key
                AND d.wanted IS NULL AND d.is_there = d.was_gone),
             marks AS (
             DELETE FROM pendo.dirty m USING taken t
              WHERE m.push = $1 AND ($5 OR m.key = ANY ($3)))
        SELECT c.wrong_key, c.items, c.changed, c.vanished, EXISTS (SELECT FROM taken)
          FROM counted c
        $query$, pendo._push_difference(p, keys IS NULL), pendo._wrong_key())
       INTO run
      USING p.name, org, keys, p.revision, keys IS NULL;
    RETURN run;
END
$$;
REVOKE ALL ON FUNCTION pendo._push_once(pendo.push, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_once(pendo.push, text, text[]) IS
    'look at a push''s source once, and put what changed into the outbox';
