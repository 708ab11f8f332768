-- Look for signals and let flows take them: in one model, or (without a schema) in those of
-- the current role where that is due.  A model that fails stops no other: that is a WARNING,
-- and pendo.problem says so.  Out: items written, by flow and CRM.
CREATE FUNCTION pendo.run_signals(schema name DEFAULT NULL)
RETURNS TABLE (schema_name name, flow text, connection name, items bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    due name;
BEGIN
    FOR due IN
        SELECT run_signals.schema WHERE run_signals.schema IS NOT NULL
        UNION ALL
        (SELECT d.schema_name FROM pendo._due_signals() d
          WHERE run_signals.schema IS NULL AND d.owner = current_user AND d.due_at <= clock_timestamp()
          ORDER BY d.due_at)
    LOOP
        BEGIN
            PERFORM pendo.detect(due);
            RETURN QUERY SELECT due, f.flow, f.connection, f.items FROM pendo.run_flows(due) f;
        EXCEPTION WHEN OTHERS THEN
            PERFORM pendo._own_model(due);
            PERFORM pendo._note_signal_state(due, 'detection', '', NULL, SQLERRM);
            PERFORM pendo._warn(format('signals of schema "%s": %s', due, SQLERRM), SQLSTATE, NULL, NULL);
        END;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.run_signals(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.run_signals(name) IS 'look for signals and let flows take them';
