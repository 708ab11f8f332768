-- Run a push of the current role's.  Errors: it is a draft or paused; a row without a key,
-- or a key that occurs twice.
CREATE FUNCTION pendo._run_one_push(
    name text,
    OUT items bigint,
    OUT changed bigint,
    OUT vanished bigint,
    OUT is_full boolean,
    OUT is_held boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push%ROWTYPE;
    there text;
    keys text[];
    run pendo._push_run;
BEGIN
    LOOP
        p := pendo._own_push(name);
        IF p.state NOT IN ('trial', 'live') THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('push "%s" is %s', name, CASE p.state WHEN 'draft' THEN 'a draft' ELSE p.state END),
                HINT = format(CASE p.state WHEN 'draft'
                              THEN 'SELECT * FROM pendo.preview_push(%1$L) shows what it would send, '
                                   'SELECT pendo.start_push(%1$L, trial => 10) tries it.'
                              ELSE 'SELECT pendo.start_push(%1$L) lets it go on.' END, name);
        END IF;
        there := pendo._push_org(p);
        IF p.org = '' AND there <> '' THEN
            -- What was sent to an organisation not known yet was sent to this one.
            UPDATE pendo.push_record r SET org = there
             WHERE r.push = p.name AND r.org = '' AND NOT EXISTS (
                   SELECT FROM pendo.push_record k
                    WHERE k.push = r.push AND k.org = there AND k.key = r.key);
        END IF;
        keys := CASE WHEN p.state = 'live' AND p.sources <> '{}' AND p.full_at + p.full_every > now()
                          AND p.org IN ('', there)
                     THEN pendo._dirty_keys(p.name) END;
        is_full := keys IS NULL;
        run := pendo._push_once(p, there, keys);
        items := run.items;
        changed := run.changed;
        vanished := run.vanished;
        is_held := NOT run.is_done;
        PERFORM pendo._check_push_key(p, run.wrong_key);
        EXIT WHEN run.is_done;
        UPDATE pendo.push d
           SET held_at = coalesce(d.held_at, now()), held_changed = changed, held_vanished = vanished,
               last_run_at = clock_timestamp(), due_at = clock_timestamp() + d.every,
               failures = 0, failed_at = NULL, failure = NULL
         WHERE d.name = p.name AND d.revision = p.revision;
        IF FOUND THEN
            items := 0;
            RETURN;
        END IF;
        -- Another run came first.
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._run_one_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._run_one_push(text) IS 'run a push';
