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
    PERFORM pendo._check_owner(target);
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = target AND relkind IN ('r', 'p')) THEN
        RAISE wrong_object_type USING
            MESSAGE = format('%s is not a table', target);
    ELSIF NOT EXISTS (SELECT FROM pg_class WHERE oid = target AND relpersistence = 'p') THEN
        RAISE invalid_table_definition USING
            MESSAGE = format('table %s may lose its rows', target),
            DETAIL = 'What was loaded once is not loaded again after a crash, or by another session.',
            HINT = format('ALTER TABLE %s SET LOGGED;', target);
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
                            array_to_string(pendo._common_columns(source, target), ', ')),
            HINT = 'columns => ''{*}'' takes all of these.';
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
    IF p.vanished = 'mark' AND p.key_columns IS NOT NULL AND 'deleted_at' = ANY (p.columns) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('column "deleted_at" of %s would be marked and pulled', target),
            HINT = 'Choose vanished => ''delete'' or ''keep'', or name columns without it.';
    ELSIF p.vanished = 'mark' AND p.key_columns IS NOT NULL AND NOT marks THEN
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
