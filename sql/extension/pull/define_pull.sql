-- Define a pull, or change it: the local table "target" is kept equal to "source",
-- a live table or any other foreign table.  It runs as the current role, which
-- must own the target.  What was loaded stays known; other columns or another time
-- column make every window due again.
-- In: the tables; mode by_window (events: day by day by time_column, from "since"
-- on), changes (rows whose time_column has moved, and everything each full_every)
-- or full (everything each time), by default what fits; the rest as in pendo.pull.
-- Out: a row for each setting that is new or other than before.
-- Errors: a column is missing or has another type, no key, no right.
CREATE FUNCTION pendo.define_pull(
    source regclass,
    target regclass,
    mode text DEFAULT NULL,
    name text DEFAULT NULL,
    time_column name DEFAULT NULL,
    key_columns name[] DEFAULT NULL,
    columns name[] DEFAULT NULL,
    since date DEFAULT NULL,
    keep_for interval DEFAULT NULL,
    every interval DEFAULT '1 hour',
    full_every interval DEFAULT '1 day',
    settle interval DEFAULT '1 day',
    recheck_for interval DEFAULT '7 days',
    vanished text DEFAULT 'mark',
    max_vanished real DEFAULT 0.2)
RETURNS TABLE (setting text, old text, new text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    before pendo.pull%ROWTYPE;
    p pendo.pull%ROWTYPE;
BEGIN
    SELECT s.srvname, sn.nspname, sc.relname INTO p.connection, p.source_schema, p.source_table
      FROM pg_class sc
      JOIN pg_namespace sn ON sn.oid = sc.relnamespace
      LEFT JOIN pg_foreign_table f ON f.ftrelid = sc.oid
      LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
     WHERE sc.oid = source;
    IF p.connection IS NULL THEN
        RAISE wrong_object_type USING
            MESSAGE = format('%s is not a foreign table', source);
    END IF;
    SELECT n.nspname, c.relname INTO p.target_schema, p.target_table
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = target;
    p.name := coalesce(define_pull.name, p.target_schema || '.' || p.target_table);
    p.owner := current_user;
    p.mode := coalesce(define_pull.mode,
                       CASE WHEN define_pull.key_columns IS NULL THEN 'by_window'
                            WHEN define_pull.time_column IS NULL THEN 'full'
                            ELSE 'changes' END);
    IF p.mode NOT IN ('by_window', 'changes', 'full') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown mode "%s"', p.mode),
            HINT = 'Use by_window, changes or full.';
    END IF;
    p.columns := coalesce(define_pull.columns, pendo._common_columns(source, target));
    p.time_column := CASE WHEN p.mode <> 'full' THEN define_pull.time_column END;
    p.key_columns := define_pull.key_columns;
    p.since := CASE WHEN p.mode = 'by_window' THEN define_pull.since END;
    p.keep_for := CASE WHEN p.mode = 'by_window' THEN define_pull.keep_for END;
    p.every := define_pull.every;
    p.full_every := CASE WHEN p.mode = 'changes' THEN define_pull.full_every END;
    p.settle := define_pull.settle;
    p.recheck_for := define_pull.recheck_for;
    p.vanished := define_pull.vanished;
    p.max_vanished := define_pull.max_vanished;
    IF p.mode <> 'full' AND p.time_column IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('a pull with mode %s needs a time_column', p.mode),
            HINT = 'Things that have a key and no time are pulled with mode full: say key_columns.';
    ELSIF p.mode = 'by_window' AND p.since IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'a pull with mode by_window needs a first day',
            HINT = 'Say since => ''2024-01-01''.';
    ELSIF p.mode <> 'by_window' AND p.key_columns IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('a pull with mode %s needs key_columns', p.mode);
    END IF;
    PERFORM pendo._check_pull(p);

    SELECT * INTO before FROM pendo.pull d WHERE d.name = p.name FOR UPDATE;
    p.is_paused := coalesce(before.is_paused, false);
    p.created_at := coalesce(before.created_at, now());
    p.changed_at := now();
    IF before.name IS NULL THEN
        BEGIN
            INSERT INTO pendo.pull SELECT p.*;
        EXCEPTION WHEN unique_violation THEN
            RAISE duplicate_object USING
                MESSAGE = format('there is another pull "%s", or one into %s', p.name, target),
                HINT = 'Drop that one first, or choose another name or table.';
        END;
    ELSE
        UPDATE pendo.pull d SET (connection, source_schema, source_table, target_schema,
                target_table, mode, columns, time_column, key_columns, since, keep_for, every,
                full_every, settle, recheck_for, vanished, max_vanished, changed_at)
             = (p.connection, p.source_schema, p.source_table, p.target_schema,
                p.target_table, p.mode, p.columns, p.time_column, p.key_columns, p.since,
                p.keep_for, p.every, p.full_every, p.settle, p.recheck_for, p.vanished,
                p.max_vanished, p.changed_at)
          WHERE d.name = p.name;
        IF (before.mode = 'by_window') <> (p.mode = 'by_window') THEN
            DELETE FROM pendo.ledger l WHERE l.pull = p.name;
        ELSIF (before.connection, before.source_schema, before.source_table, before.columns,
               before.time_column, before.key_columns, before.mode)
              IS DISTINCT FROM
              (p.connection, p.source_schema, p.source_table, p.columns,
               p.time_column, p.key_columns, p.mode) THEN
            UPDATE pendo.ledger l
               SET due_at = now(), fingerprint = NULL, cursor = NULL, full_at = NULL,
                   state = CASE WHEN state = 'closed' THEN 'open' ELSE state END
             WHERE l.pull = p.name;
        END IF;
    END IF;
    PERFORM pendo._wake();
    RETURN QUERY
        SELECT n.key, o.value, n.value
          FROM jsonb_each_text(to_jsonb(p)) n
          LEFT JOIN jsonb_each_text(to_jsonb(before)) o ON o.key = n.key
         WHERE n.value IS DISTINCT FROM o.value
           AND n.key NOT IN ('created_at', 'changed_at')
         ORDER BY (SELECT attnum FROM pg_attribute
                    WHERE attrelid = 'pendo.pull'::regclass AND attname = n.key);
END
$$;
REVOKE ALL ON FUNCTION pendo.define_pull(regclass, regclass, text, text, name, name[], name[], date,
    interval, interval, interval, interval, interval, text, real) FROM PUBLIC;
COMMENT ON FUNCTION pendo.define_pull(regclass, regclass, text, text, name, name[], name[], date,
    interval, interval, interval, interval, interval, text, real) IS
    'define or change a pull, which keeps a local table equal to a foreign one';
