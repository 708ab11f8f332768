-- Define a push, or change it: records "object" of a connection are kept equal to a view
-- or table, row by row by its key_column.  It runs as the current role, and sends nothing
-- before pendo.start_push().
-- In: columns, an object column -> remote field, or an array of columns whose fields have
-- the same names ('["*"]': all but the key); carry, of these, or others, what is sent along
-- but sends nothing by itself; sources, an object table -> column: tables of yours that the
-- view reads, and where they hold the key, so that a change there is sent at once and no
-- more than that is compared; the rest as in pendo.push.
-- What is NULL, as by default, stays as it is.  For a new push that is: all columns;
-- operation upsert; everything compared every five minutes, with sources each day; half of
-- the records may change at once and a fifth vanish; records never sent before are looked
-- at first.  With another object or key_field nothing is known of the records any more; with
-- these, or another organisation or operation, a push that was started is a draft again.
-- Out: a row for each setting that is new or other than before.
-- Errors: a table or column is missing, no key, no right; a push that was started would write a
-- remote field that is not there.
CREATE FUNCTION pendo.define_push(
    name text,
    source regclass DEFAULT NULL,
    connection name DEFAULT NULL,
    object text DEFAULT NULL,
    key_column name DEFAULT NULL,
    key_field text DEFAULT NULL,
    columns jsonb DEFAULT NULL,
    carry name[] DEFAULT NULL,
    operation text DEFAULT NULL,
    every interval DEFAULT NULL,
    sources jsonb DEFAULT NULL,
    full_every interval DEFAULT NULL,
    max_changed real DEFAULT NULL,
    max_vanished real DEFAULT NULL,
    adopt boolean DEFAULT NULL,
    is_scheduled boolean DEFAULT NULL)
RETURNS TABLE (setting text, old text, new text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    before pendo.push%ROWTYPE;
    p pendo.push%ROWTYPE;
BEGIN
    SELECT * INTO before FROM pendo.push d WHERE d.name = define_push.name FOR UPDATE;
    p := before;
    p.name := define_push.name;
    p.owner := current_user;
    IF source IS NOT NULL THEN
        SELECT n.nspname, c.relname INTO p.source_schema, p.source_table
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = source;
    END IF;
    p.connection := coalesce(define_push.connection, before.connection);
    p.object := coalesce(define_push.object, before.object);
    p.key_column := coalesce(define_push.key_column, before.key_column);
    p.operation := coalesce(define_push.operation, before.operation, 'upsert');
    p.key_field := nullif(coalesce(define_push.key_field, before.key_field), '');
    IF p.source_table IS NULL OR p.connection IS NULL OR p.object IS NULL OR p.key_column IS NULL
       OR p.name IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'a push needs a name, a source, a connection, an object and a key_column',
            HINT = 'SELECT * FROM pendo.define_push(''health'', ''local.account_health'', ''hubspot'', ''companies'', '
                   'key_column => ''account_id'', key_field => ''pendo_account_id'');';
    END IF;
    p.carry := coalesce(define_push.carry, before.carry, '{}');
    p.columns := pendo._choose_columns(pendo._push_source(p), p.key_column,
                                       coalesce(define_push.columns, before.columns, '["*"]'), p.carry);
    p.sources := coalesce(define_push.sources, before.sources, '{}');
    IF jsonb_typeof(p.sources) = 'object' THEN
        -- By whole names, which mean the same whatever the search_path; the caller's own is
        -- not known here.
        p.sources := (SELECT coalesce(jsonb_object_agg(CASE WHEN c.oid IS NULL THEN s.key
                                                           ELSE format('%I.%I', n.nspname, c.relname) END, s.value), '{}')
                        FROM jsonb_each(p.sources) s
                        LEFT JOIN pg_class c ON c.oid = to_regclass(s.key)
                        LEFT JOIN pg_namespace n ON n.oid = c.relnamespace);
    END IF;
    p.every := coalesce(define_push.every, before.every, '5 minutes');
    p.full_every := coalesce(define_push.full_every, before.full_every, '1 day');
    p.max_changed := coalesce(define_push.max_changed, before.max_changed, 0.5);
    p.max_vanished := coalesce(define_push.max_vanished, before.max_vanished, 0.2);
    p.adopt := coalesce(define_push.adopt, before.adopt, true);
    p.is_scheduled := coalesce(define_push.is_scheduled, before.is_scheduled, true);
    IF (before.object, before.key_field, before.operation) IS DISTINCT FROM (p.object, p.key_field, p.operation)
       OR before.connection <> p.connection      -- which may be another name for the same one
          AND left(before.org, 15) IS DISTINCT FROM left(pendo._server_option(p.connection, 'expected_org'), 15) THEN
        p.state := 'draft';
    END IF;
    PERFORM pendo._check_push(p);

    IF before.name IS NULL THEN
        BEGIN
            INSERT INTO pendo.push (name, owner, connection, object, operation, key_field, source_schema,
                    source_table, key_column, columns, carry, sources, adopt, every, full_every,
                    is_scheduled, max_changed, max_vanished)
            VALUES (p.name, p.owner, p.connection, p.object, p.operation, p.key_field, p.source_schema,
                    p.source_table, p.key_column, p.columns, p.carry, p.sources, p.adopt, p.every, p.full_every,
                    p.is_scheduled, p.max_changed, p.max_vanished);
        EXCEPTION WHEN unique_violation THEN
            RAISE duplicate_object USING
                MESSAGE = format('there is another push "%s"', p.name),
                HINT = 'Choose another name.';
        END;
    ELSE
        UPDATE pendo.push d SET (connection, object, operation, key_field, source_schema, source_table,
                key_column, columns, carry, sources, adopt, every, full_every, is_scheduled,
                max_changed, max_vanished, state, changed_at)
             = (p.connection, p.object, p.operation, p.key_field, p.source_schema, p.source_table,
                p.key_column, p.columns, p.carry, p.sources, p.adopt, p.every, p.full_every, p.is_scheduled,
                p.max_changed, p.max_vanished, p.state, now())
          WHERE d.name = p.name;
        IF (before.connection, before.object, before.key_field, before.source_schema, before.source_table,
            before.key_column, before.columns, before.carry, before.sources)
           IS DISTINCT FROM (p.connection, p.object, p.key_field, p.source_schema, p.source_table,
            p.key_column, p.columns, p.carry, p.sources) THEN
            UPDATE pendo.push d SET full_at = NULL, due_at = now() WHERE d.name = p.name;
            IF p.state <> 'draft' THEN
                PERFORM pendo._check_remote_fields(p);
            END IF;
        END IF;
        IF p.state = 'draft' AND before.state <> 'draft' THEN
            RAISE NOTICE USING
                MESSAGE = format('push "%s" is a draft again', p.name),
                DETAIL = 'It would write other records than before, or in another way.',
                HINT = format('SELECT * FROM pendo.preview_push(%1$L); SELECT pendo.start_push(%1$L, trial => 10);', p.name);
        ELSIF before.sources <> p.sources AND p.state <> 'draft' THEN
            PERFORM pendo._follow_sources(p.name, p.sources);
        END IF;
    END IF;
    RETURN QUERY
        SELECT n.key, o.value, n.value
          FROM jsonb_each_text(to_jsonb(p)) n
          LEFT JOIN jsonb_each_text(to_jsonb(before)) o ON o.key = n.key
          JOIN pg_attribute a ON a.attrelid = 'pendo.push'::regclass AND a.attname = n.key
         WHERE n.value IS DISTINCT FROM o.value
         ORDER BY a.attnum;
END
$$;
REVOKE ALL ON FUNCTION pendo.define_push(text, regclass, name, text, name, text, jsonb, name[], text,
    interval, jsonb, interval, real, real, boolean, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.define_push(text, regclass, name, text, name, text, jsonb, name[], text,
    interval, jsonb, interval, real, real, boolean, boolean) IS
    'define or change a push, which keeps remote records equal to a view';
