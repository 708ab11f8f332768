-- Note flows of a model that do not run because they are not its owner's, and forget what
-- was noted of flows that are gone.  Names are looked up in the model's schema.
CREATE FUNCTION pendo._note_strange_flows(schema name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
AS $$
BEGIN
    PERFORM pendo._note_signal_state(schema, 'flow', s.name, NULL, NULL)
       FROM pendo.signal_state s
      WHERE s.owner = current_user AND s.schema_name = schema AND s.subject = 'flow'
        AND NOT EXISTS (SELECT FROM effective_flow f WHERE f.name = s.name AND f.is_enabled);
    PERFORM pendo._note_signal_state(schema, 'flow', f.name, NULL,
                format('it belongs to %s, and the model to %s, who alone can have flows that run',
                       f.owner, current_user))
       FROM flow f
      WHERE f.owner <> current_user
        AND NOT EXISTS (SELECT FROM effective_flow e WHERE e.name = f.name);
END
$$;
REVOKE ALL ON FUNCTION pendo._note_strange_flows(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_strange_flows(name) IS
    'note flows of a model that do not run because they are not its owner''s';
