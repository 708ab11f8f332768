-- What of a push's definition cannot be: raises the first error that it finds.
CREATE FUNCTION pendo._check_push(p pendo.push)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source regclass := pendo._push_source(p);
    wrong text;
    s record;
BEGIN
    PERFORM pendo._check_connection(p.connection, is_crm => true);
    PERFORM pendo._check_push_settings(p);
    IF NOT has_server_privilege(p.connection, 'USAGE') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('permission denied for foreign server %s', p.connection),
            HINT = format('GRANT USAGE ON FOREIGN SERVER %I TO %I;', p.connection, current_user);
    ELSIF p.operation NOT IN ('upsert', 'update') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown operation "%s"', p.operation),
            HINT = 'Use upsert or update.';
    ELSIF p.operation = 'upsert' AND p.key_field IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'a push with operation upsert needs a key_field',
            DETAIL = 'Without a remote field that identifies a record, it would be made again each time.',
            HINT = 'Name one with unique values; or, where the key column holds remote ids, say operation => ''update''.';
    ELSIF EXISTS (SELECT FROM pg_class c WHERE c.oid = source AND c.relkind NOT IN ('r', 'p', 'v', 'm')) THEN
        RAISE wrong_object_type USING
            MESSAGE = format('%s is neither a table nor a view', source),
            HINT = 'A live table is pushed from its local copy.';
    ELSIF NOT has_table_privilege(source, 'SELECT') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('permission denied for table %s', source);
    END IF;
    SELECT c INTO wrong
      FROM (SELECT p.key_column::text UNION ALL SELECT jsonb_object_keys(p.columns)
            UNION ALL SELECT unnest(p.carry)::text) AS u (c)
     WHERE c NOT IN (SELECT d.name FROM pendo._push_column(source) d) LIMIT 1;
    IF FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('column "%s" of %s does not exist', wrong, source),
            DETAIL = format('There are: %s.', (SELECT string_agg(d.name, ', ') FROM pendo._push_column(source) d)),
            HINT = 'columns => ''["*"]'' would send all of these but the key, each to a field of its own name.';
    ELSIF p.columns = '{}' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a push needs columns to send';
    ELSIF NOT (SELECT d.can_be_key FROM pendo._push_column(source) d WHERE d.name = p.key_column) THEN
        RAISE datatype_mismatch USING
            MESSAGE = format('key column "%s" is neither text, a whole number nor a uuid', p.key_column);
    END IF;
    SELECT f INTO wrong FROM (SELECT value FROM jsonb_each_text(p.columns)
                              UNION ALL SELECT p.key_field WHERE p.key_field IS NOT NULL) AS u (f)
     GROUP BY f HAVING count(*) > 1 OR coalesce(f, '') = '' LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING
            MESSAGE = CASE WHEN coalesce(wrong, '') = '' THEN 'a remote field has no name'
                           ELSE format('field "%s" is written twice', wrong) END;
    END IF;
    FOR s IN SELECT key AS name, to_regclass(key) AS relation, value AS key_column
               FROM jsonb_each_text(p.sources)
    LOOP
        IF s.relation IS NULL THEN
            RAISE undefined_table USING
                MESSAGE = format('source %s does not exist', s.name),
                DETAIL = 'Sources are written with their schema.',
                HINT = coalesce((SELECT format('Write %s.', string_agg(c.oid::regclass::text, ' or ' ORDER BY c.oid::regclass::text))
                                   FROM pg_class c WHERE c.relname = s.name AND c.relkind IN ('r', 'p') HAVING count(*) > 0),
                                'Write sources => ''{"schema.table": "column that holds the key"}''.');
        ELSIF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.relation AND c.relkind IN ('r', 'p')) THEN
            RAISE wrong_object_type USING
                MESSAGE = format('source %s is not a table', s.name),
                HINT = 'Name the tables that the view reads; or none, then everything is compared each time.';
        ELSIF NOT EXISTS (SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
                           WHERE c.oid = s.relation AND r.rolname = current_user) THEN
            RAISE insufficient_privilege USING
                MESSAGE = format('must be owner of table %s', s.name),
                DETAIL = 'A declared source gets triggers.',
                HINT = 'Declare only tables of your own; what changes elsewhere is found by the full pass.';
        ELSIF NOT EXISTS (
            SELECT FROM pendo._push_column(s.relation) c, pendo._push_column(source) k
             WHERE c.name = s.key_column AND k.name = p.key_column AND c.can_be_key
               AND (c.base = k.base OR 'S' = ALL (SELECT t.typcategory FROM pg_type t
                                                   WHERE t.oid IN (c.base, k.base)))) THEN
            RAISE undefined_column USING
                MESSAGE = format('source %s has no column "%s" of the key''s type', s.name, s.key_column),
                HINT = 'Write sources => ''{"table": "column that holds the key"}''.';
        END IF;
    END LOOP;
    PERFORM pendo._check_push_types(p);
END
$$;
REVOKE ALL ON FUNCTION pendo._check_push(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_push(pendo.push) IS 'raise what is wrong with a push''s definition';
