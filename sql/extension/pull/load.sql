-- Load a batch by windows: its windows' rows become what the query gives.
CREATE FUNCTION pendo._load_windows(batch pendo._batch, p pendo.pull)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target regclass := pendo._relation(p.name, false);
    zone text := pendo._zone(p.connection);
    condition text;
    changes pendo._changes;
BEGIN
    PERFORM pendo._make_partitions(target, batch.window_start, batch.window_end, zone);
    condition := format('%1$I >= %2$s AND %1$I < %3$s', p.time_column,
        pendo._time_bound(target, p.time_column, batch.window_start, zone),
        pendo._time_bound(target, p.time_column, batch.window_end, zone));
    changes := pendo._replace_rows(target, p.columns, condition, batch.query);
    IF cardinality(batch.starts) = 1 THEN
        UPDATE pendo.ledger l SET rows = changes.rows
         WHERE l.pull = p.name AND l.window_start = batch.window_start;
        RETURN changes;
    END IF;
    EXECUTE format($sql$
        UPDATE pendo.ledger l SET rows = coalesce(c.n, 0)
          FROM unnest($1) WITH ORDINALITY AS s (window_start, i)
          LEFT JOIN (SELECT width_bucket(%1$I, ARRAY[%2$s]) AS i, count(*) AS n
                       FROM %3$s WHERE %4$s GROUP BY 1) c USING (i)
         WHERE l.pull = $2 AND l.window_start = s.window_start
        $sql$, p.time_column,
        (SELECT string_agg(pendo._time_bound(target, p.time_column, s, zone), ', ' ORDER BY s)
           FROM unnest(batch.starts) s),
        target, condition)
      USING batch.starts, p.name;
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._load_windows(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load_windows(pendo._batch, pendo.pull) IS
    'load a batch of windows';

-- Load a batch by key: changes or everything.
CREATE FUNCTION pendo._load_keyed(batch pendo._batch, p pendo.pull)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target regclass := pendo._relation(p.name, false);
    changes pendo._changes;
    allowed bigint;
    last_change text;
BEGIN
    SELECT l.vanished_allowed INTO allowed FROM pendo.ledger l
     WHERE l.pull = p.name AND l.window_start = '-infinity';
    changes := pendo._merge_rows(target, p.columns, p.key_columns, batch.query, batch.is_full,
                                 p.vanished, p.max_vanished, allowed);
    IF p.mode = 'changes' THEN
        EXECUTE format('SELECT max(%I)::timestamptz - interval ''5 minutes'' FROM %s',
                       p.time_column, target) INTO last_change;
    END IF;
    UPDATE pendo.ledger l
       SET rows = CASE WHEN batch.is_full THEN changes.rows ELSE l.rows + changes.inserted END,
           cursor = last_change,
           full_at = CASE WHEN batch.is_full THEN batch.began_at ELSE l.full_at END,
           vanished_allowed = NULL
     WHERE l.pull = p.name AND l.window_start = '-infinity';
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) IS
    'load changes, or everything, by key';

-- Note in the ledger and the log that a batch failed, and warn; it is tried again
-- later, each time after a longer wait.  A worker, which nobody watches, warns of a
-- failure only when it is new, lest the server's log fill up.
CREATE FUNCTION pendo._note_failure(run bigint, batch pendo._batch, failure text, failure_state text,
                                    detail text DEFAULT '', hint text DEFAULT '')
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_new boolean;
    is_watched boolean;
BEGIN
    SELECT coalesce(bool_or(l.failure_state IS DISTINCT FROM _note_failure.failure_state), true)
      INTO is_new FROM pendo.ledger l
     WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
    UPDATE pendo.ledger l
       SET failure = concat_ws(': ', _note_failure.failure, nullif(detail, '')),
           failure_state = _note_failure.failure_state,
           failed_at = clock_timestamp(),
           due_at = clock_timestamp() + least(power(2, l.attempts) * interval '15 seconds',
                                              interval '1 hour') * (0.75 + random() / 2),
           lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
     WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
    UPDATE pendo.run r
       SET failed_windows = r.failed_windows + coalesce(cardinality(batch.starts), 0),
           failure = concat_ws(': ', _note_failure.failure, nullif(detail, '')),
           failure_state = _note_failure.failure_state
     WHERE r.id = run;
    SELECT a.backend_type = 'client backend' INTO is_watched
      FROM pg_stat_get_activity(pg_backend_pid()) a;
    IF is_new OR is_watched THEN
        PERFORM pendo._warn(format('pull %s: %s', batch.pull, failure), failure_state, detail, hint);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_failure(bigint, pendo._batch, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_failure(bigint, pendo._batch, text, text, text, text) IS
    'note that a batch failed, and warn';

-- Note that a batch was loaded: its windows settle, or are due again.
CREATE FUNCTION pendo._note_success(run bigint, batch pendo._batch, p pendo.pull, answer text,
                                    changes pendo._changes)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.ledger l
     SET state = CASE WHEN p.mode = 'by_window'
                           AND pendo._settles_at(l, p.settle) <= batch.began_at
                      THEN 'closed' ELSE 'open' END,
         closed_at = CASE WHEN p.mode = 'by_window'
                               AND pendo._settles_at(l, p.settle) <= batch.began_at
                          THEN clock_timestamp() END,
         fingerprint = CASE WHEN answer IS NOT NULL
                            THEN coalesce((SELECT f.fingerprint FROM pendo._fingerprints(answer) f
                                            WHERE f.window_start = l.window_start), '') END,
         loaded_at = clock_timestamp(), checked_at = clock_timestamp(),
         attempts = 0, failure = NULL, failure_state = NULL, failed_at = NULL,
         lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
   WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
  UPDATE pendo.ledger l
     SET due_at = pendo._next_due(l, p, batch.began_at)
   WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
  UPDATE pendo.run r
     SET windows = r.windows + cardinality(batch.starts), rows = r.rows + changes.rows,
         inserted = r.inserted + changes.inserted, updated = r.updated + changes.updated,
         deleted = r.deleted + changes.deleted
   WHERE r.id = run;
END;
REVOKE ALL ON FUNCTION pendo._note_success(bigint, pendo._batch, pendo.pull, text, pendo._changes)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_success(bigint, pendo._batch, pendo.pull, text, pendo._changes) IS
    'note that a batch was loaded';

-- Load a batch whose rows were fetched, and the summaries of what changed, in this
-- transaction; or note why that failed.  Only who still holds the lease loads.
CREATE FUNCTION pendo._load(run bigint, batch pendo._batch, answer text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    changes pendo._changes;
    held integer;
    message text;
    detail text;
    hint text;
    state text;
BEGIN
    SELECT * INTO p FROM pendo.pull d WHERE d.name = batch.pull FOR SHARE;
    SELECT count(*) INTO held
      FROM (SELECT FROM pendo.ledger l
             WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts)
               AND l.lease_pid = pg_backend_pid()
               FOR UPDATE) l;
    IF p.name IS NULL OR held < cardinality(batch.starts) THEN
        RETURN;                 -- dropped, or taken over, meanwhile
    END IF;
    PERFORM set_config('pendo_fdw.is_backfill',
        CASE WHEN batch.window_end <= p.created_at
                  OR p.mode <> 'by_window' AND EXISTS (
                     SELECT FROM pendo.ledger l WHERE l.pull = p.name AND l.loaded_at IS NULL)
             THEN 'on' ELSE 'off' END, true);
    BEGIN
        IF p.mode = 'by_window' THEN
            changes := pendo._load_windows(batch, p);
        ELSE
            changes := pendo._load_keyed(batch, p);
        END IF;
        IF changes.inserted + changes.updated + changes.deleted > 0 THEN
            PERFORM pendo._refresh_summaries(p, batch.window_start, batch.window_end);
        END IF;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
        PERFORM pendo._note_failure(run, batch, message, state, detail, hint);
        RETURN;
    END;
    PERFORM pendo._note_success(run, batch, p, answer, changes);
    PERFORM set_config('pendo_fdw.is_backfill', 'off', true);
    RAISE NOTICE 'pull %: % rows, % inserted, % updated, % deleted', p.name || pendo._span(batch, p),
        changes.rows, changes.inserted, changes.updated, changes.deleted;
END
$$;
REVOKE ALL ON FUNCTION pendo._load(bigint, pendo._batch, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load(bigint, pendo._batch, text) IS
    'load a batch whose rows were fetched';

-- A batch's days, for a message.
CREATE FUNCTION pendo._span(batch pendo._batch, p pendo.pull)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
BEGIN ATOMIC
  SELECT CASE WHEN p.mode <> 'by_window' THEN ''
              WHEN cardinality(batch.starts) = 1 THEN ', ' || first
              ELSE ', ' || first || ' to ' || last END
    FROM (SELECT (batch.window_start AT TIME ZONE pendo._zone(p.connection))::date::text,
                 ((batch.window_end AT TIME ZONE pendo._zone(p.connection))::date - 1)::text)
         AS d (first, last);
END;
REVOKE ALL ON FUNCTION pendo._span(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._span(pendo._batch, pendo.pull) IS
    'a batch''s days, for a message';
