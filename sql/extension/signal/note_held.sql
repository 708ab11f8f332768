-- Note which kinds of signals of a model are held, for pendo.problem.  Names are looked up
-- in the model's schema.
CREATE FUNCTION pendo._note_held(schema name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
AS $$
BEGIN
    PERFORM pendo._note_signal_state(schema, 'held', k.name, h.signals, NULL)
       FROM (SELECT s.name FROM pendo.signal_state s
              WHERE s.owner = current_user AND s.schema_name = schema AND s.subject = 'held'
             UNION
             SELECT g.kind FROM signal g WHERE g.state = 'held') k
       LEFT JOIN (SELECT g.kind, count(*) AS signals FROM signal g WHERE g.state = 'held' GROUP BY 1) h
         ON h.kind = k.name;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_held(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_held(name) IS 'note which kinds of signals are held';
