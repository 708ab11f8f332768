-- Keep a connection's data here: makes the model in a schema, if it is not there,
-- and a pull for each of its tables.  In: the connection; the schema; the first day
-- of events (by default the server's history_start); how long events are kept (by default
-- for ever; summaries of them are, anyway); how often pulls run by themselves (by default each hour), and whether they
-- do.  For pulls that are there already what is NULL stays as it is.
-- Out: a row for each table.  What comes next is told as a NOTICE.
CREATE FUNCTION pendo.keep_local(
    connection name,
    schema name DEFAULT 'local',
    since date DEFAULT NULL,
    keep_for interval DEFAULT NULL,
    every interval DEFAULT NULL,
    is_scheduled boolean DEFAULT NULL)
RETURNS TABLE (table_name text, mode text, pull text)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    first_day date := coalesce(since, (SELECT min(p.since) FROM pendo.pull p
                                        WHERE p.connection = keep_local.connection),
                               pendo._server_option(keep_local.connection, 'history_start')::date,
                               (now() - keep_for)::date);
    first_here date;
    source record;
BEGIN
    IF first_day IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'the first day of events is not known',
            DETAIL = format('Server "%s" has no option history_start.', keep_local.connection),
            HINT = 'Say since => ''2024-01-01''.';
    END IF;
    -- A model whose schema was dropped is none.
    DELETE FROM pendo.model m
     WHERE m.connection = keep_local.connection
       AND NOT EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = m.schema_name);
    IF NOT EXISTS (SELECT FROM pendo.model m
                    WHERE m.connection = keep_local.connection AND m.schema_name = schema) THEN
        PERFORM pendo.create_model(keep_local.connection, schema);
    END IF;
    FOR source IN
        SELECT s.object, s.live, d.mode, d.key_columns,
               CASE WHEN EXISTS (SELECT FROM pg_attribute a
                                  WHERE a.attrelid = s.live AND a.attname = d.time_column
                                    AND NOT a.attisdropped)
                    THEN d.time_column END::name AS time_column
          FROM pendo._model_source(keep_local.connection) s
          JOIN pendo._default_pull d ON d.object = s.object
         WHERE to_regclass(format('%I.%I', schema, s.object)) IS NOT NULL
         ORDER BY d.mode DESC, s.object
    LOOP
        table_name := source.object;
        mode := CASE WHEN source.time_column IS NULL THEN 'full' ELSE source.mode END;
        SELECT p.name, p.since INTO pull, first_here FROM pendo.pull p
         WHERE p.target_schema = schema AND p.target_table = source.object;
        pull := coalesce(pull, schema || '.' || source.object);
        PERFORM pendo.define_pull(
            source.live, to_regclass(format('%I.%I', schema, source.object)), mode, pull,
            time_column => source.time_column, key_columns => source.key_columns,
            since => coalesce(since, first_here, first_day), keep_for => keep_local.keep_for,
            every => keep_local.every, is_scheduled => keep_local.is_scheduled);
        RETURN NEXT;
    END LOOP;
    RAISE NOTICE '%', pendo._what_runs_pulls();
END
$$;
REVOKE ALL ON FUNCTION pendo.keep_local(name, name, date, interval, interval, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.keep_local(name, name, date, interval, interval, boolean) IS
    'keep a connection''s data in local tables';
