-- Columns that two tables have in common, with the same type, in the source's
-- order.
CREATE FUNCTION pendo._common_columns(source regclass, target regclass)
RETURNS name[]
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(s.attname ORDER BY s.attnum)
    FROM pg_attribute s
    JOIN pg_attribute t ON t.attname = s.attname
                       AND t.atttypid = s.atttypid
                       AND t.atttypmod = s.atttypmod
   WHERE s.attrelid = source AND t.attrelid = target
     AND s.attnum > 0 AND NOT s.attisdropped
     AND t.attnum > 0 AND NOT t.attisdropped
     AND t.attgenerated = '';
END;
REVOKE ALL ON FUNCTION pendo._common_columns(regclass, regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._common_columns(regclass, regclass) IS
    'columns that two tables have in common';

-- What of a definition cannot be: raises the first error that it finds.
CREATE FUNCTION pendo._check_pull(p pendo.pull)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source regclass := to_regclass(format('%I.%I', p.source_schema, p.source_table));
    target regclass := to_regclass(format('%I.%I', p.target_schema, p.target_table));
    wrong name;
    marks boolean := EXISTS (SELECT FROM pg_attribute
                              WHERE attrelid = target AND attname = 'deleted_at'
                                AND atttypid = 'timestamptz'::regtype
                                AND NOT attisdropped);
BEGIN
    IF NOT pg_has_role((SELECT relowner FROM pg_class WHERE oid = target), 'USAGE') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('must be owner of table %s', target),
            DETAIL = 'A pull writes its local table as the table''s owner.';
    END IF;
    IF NOT has_table_privilege(source, 'SELECT') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('permission denied for table %s', source);
    END IF;
    SELECT c INTO wrong FROM unnest(p.columns || p.key_columns || p.time_column) c
     WHERE c IS NOT NULL AND c <> ALL (pendo._common_columns(source, target))
     LIMIT 1;
    IF FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('column "%s" is not in both tables with the same type', wrong),
            DETAIL = format('Both %s and %s have: %s.', source, target,
                            array_to_string(pendo._common_columns(source, target), ', '));
    END IF;
    SELECT c INTO wrong FROM unnest(p.key_columns || p.time_column) c
     WHERE c IS NOT NULL AND c <> ALL (p.columns) LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('column "%s" must be among the columns that are pulled', wrong);
    END IF;
    IF p.time_column IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_attribute
         WHERE attrelid = source AND attname = p.time_column
           AND atttypid IN ('date'::regtype, 'timestamptz'::regtype)) THEN
        RAISE datatype_mismatch USING
            MESSAGE = format('time column "%s" is neither date nor timestamptz', p.time_column);
    END IF;
    IF p.key_columns IS NOT NULL AND NOT EXISTS (
        SELECT FROM pg_index i
         WHERE i.indrelid = target AND i.indisunique AND i.indisvalid
           AND i.indpred IS NULL AND i.indexprs IS NULL
           AND (SELECT array_agg(a.attname ORDER BY a.attname)
                  FROM pg_attribute a
                 WHERE a.attrelid = target AND a.attnum = ANY (i.indkey))
             = (SELECT array_agg(k ORDER BY k) FROM unnest(p.key_columns) k)) THEN
        RAISE invalid_table_definition USING
            MESSAGE = format('table %s has no unique index on (%s)', target,
                             array_to_string(p.key_columns, ', ')),
            HINT = format('ALTER TABLE %s ADD PRIMARY KEY (%s);', target,
                          pendo._column_list(p.key_columns));
    END IF;
    IF p.vanished = 'mark' AND p.key_columns IS NOT NULL AND NOT marks THEN
        RAISE undefined_column USING
            MESSAGE = format('table %s has no column deleted_at', target),
            HINT = format('ALTER TABLE %s ADD COLUMN deleted_at timestamptz; '
                          'or choose vanished => ''delete'' or ''keep''.', target);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_pull(pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_pull(pendo.pull) IS
    'raise what is wrong with a definition';

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

-- Forget a pull and its ledger; the local table stays as it is.  Returns whether
-- there was one.
CREATE FUNCTION pendo.drop_pull(name text)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH gone AS (DELETE FROM pendo.pull p WHERE p.name = drop_pull.name RETURNING 1)
  SELECT count(*) > 0 FROM gone;
END;
REVOKE ALL ON FUNCTION pendo.drop_pull(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.drop_pull(text) IS
    'forget a pull; the local table stays';
