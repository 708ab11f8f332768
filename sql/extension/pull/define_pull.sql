-- Define a pull, or change it: the local table "target" is kept equal to "source",
-- a live table or any other foreign table.  It runs as the current role, which
-- must own the target.  What was loaded stays known; other columns or another time
-- column make every window due again.
-- In: the tables; mode by_window (events: day by day by time_column, from "since"
-- on), changes (rows whose time_column has moved, and everything each full_every)
-- or full (everything each time), by default what fits; the rest as in pendo.pull.
-- What is NULL, as by default, stays as it is.  For a new pull that is: all columns that
-- both tables have (columns => '{*}' says so for any); no end of keep_for; every hour,
-- all of "changes" each day; a day to settle, looked at for seven more; what vanished is
-- marked, a fifth of the rows at most.
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
    every interval DEFAULT NULL,
    full_every interval DEFAULT NULL,
    settle interval DEFAULT NULL,
    recheck_for interval DEFAULT NULL,
    vanished text DEFAULT NULL,
    max_vanished real DEFAULT NULL,
    is_scheduled boolean DEFAULT NULL)
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
    p.name := coalesce(define_pull.name,
                       (SELECT d.name FROM pendo.pull d
                         WHERE (d.target_schema, d.target_table) = (p.target_schema, p.target_table)),
                       p.target_schema || '.' || p.target_table);
    p.owner := current_user;
    SELECT * INTO before FROM pendo.pull d WHERE d.name = p.name FOR UPDATE;
    p.time_column := coalesce(define_pull.time_column, before.time_column);
    p.key_columns := coalesce(define_pull.key_columns, before.key_columns);
    p.mode := coalesce(define_pull.mode,
                       CASE WHEN define_pull.time_column IS NULL AND define_pull.key_columns IS NULL
                            THEN before.mode END,
                       CASE WHEN p.key_columns IS NULL THEN 'by_window'
                            WHEN p.time_column IS NULL THEN 'full'
                            ELSE 'changes' END);
    IF p.mode NOT IN ('by_window', 'changes', 'full') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown mode "%s"', p.mode),
            HINT = 'Use by_window, changes or full.';
    END IF;
    IF p.mode = 'full' THEN
        p.time_column := NULL;
    ELSIF p.mode = 'by_window' THEN
        p.key_columns := define_pull.key_columns;       -- an error, if there are any
        p.since := coalesce(define_pull.since, before.since);
        p.keep_for := coalesce(define_pull.keep_for, before.keep_for);
    END IF;
    p.columns := coalesce(nullif(define_pull.columns, '{*}'),
                          CASE WHEN define_pull.columns IS NULL THEN before.columns END,
                          pendo._common_columns(source, target));
    p.every := coalesce(define_pull.every, before.every, '1 hour');
    p.is_scheduled := coalesce(define_pull.is_scheduled, before.is_scheduled, true);
    p.full_every := CASE WHEN p.mode = 'changes'
                         THEN coalesce(define_pull.full_every, before.full_every, '1 day') END;
    p.settle := coalesce(define_pull.settle, before.settle, '1 day');
    p.recheck_for := coalesce(define_pull.recheck_for, before.recheck_for, '7 days');
    p.vanished := coalesce(define_pull.vanished, before.vanished, 'mark');
    p.max_vanished := coalesce(define_pull.max_vanished, before.max_vanished, 0.2);
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
    PERFORM pendo._warn_of_identity(target);

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
                is_scheduled, full_every, settle, recheck_for, vanished, max_vanished, changed_at)
             = (p.connection, p.source_schema, p.source_table, p.target_schema,
                p.target_table, p.mode, p.columns, p.time_column, p.key_columns, p.since,
                p.keep_for, p.every, p.is_scheduled, p.full_every, p.settle, p.recheck_for,
                p.vanished, p.max_vanished, p.changed_at)
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
    interval, interval, interval, interval, interval, text, real, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.define_pull(regclass, regclass, text, text, name, name[], name[], date,
    interval, interval, interval, interval, interval, text, real, boolean) IS
    'define or change a pull, which keeps a local table equal to a foreign one';
