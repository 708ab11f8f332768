-- Let nothing come of held signals of a model, of one kind or all.  Out: how many.
CREATE FUNCTION pendo.ignore_signals(schema name, kind text DEFAULT NULL, reason text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    ignored bigint;
BEGIN
    PERFORM pendo._enter_signals(schema);
    UPDATE signal s
       SET state = 'ignored', changed_at = now(),
           reason = coalesce(ignore_signals.reason, 'ignored by ' || session_user)
     WHERE s.state = 'held' AND s.kind = coalesce(ignore_signals.kind, s.kind);
    GET DIAGNOSTICS ignored = ROW_COUNT;
    PERFORM pendo._note_held(schema);
    RETURN ignored;
END
$$;
REVOKE ALL ON FUNCTION pendo.ignore_signals(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.ignore_signals(name, text, text) IS 'let nothing come of held signals';
