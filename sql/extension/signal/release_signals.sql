-- Let held signals of a model, of one kind or all, go their way: the next run of flows
-- takes them.  Out: how many.
CREATE FUNCTION pendo.release_signals(schema name, kind text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    released bigint;
BEGIN
    PERFORM pendo._enter_signals(schema);
    UPDATE signal s SET state = 'new', changed_at = now()
     WHERE s.state = 'held' AND s.kind = coalesce(release_signals.kind, s.kind);
    GET DIAGNOSTICS released = ROW_COUNT;
    PERFORM pendo._note_held(schema);
    RETURN released;
END
$$;
REVOKE ALL ON FUNCTION pendo.release_signals(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.release_signals(name, text) IS 'let held signals go their way';
