-- Which of some signals of a model its flows take.  A flow whose condition fails, and one
-- that waits for the signal to be older, may take it yet: the signal is blocked.  Names are
-- looked up in the model's schema.
CREATE FUNCTION pendo._wanted_signals(schema name, todo pendo._wanted[])
RETURNS pendo._wanted[]
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    flow record;
    wanted pendo._wanted[] := '{}';
    found pendo._wanted[];
    failure text;
BEGIN
    FOR flow IN SELECT f.* FROM effective_flow f WHERE f.is_enabled ORDER BY f.name LOOP
        failure := NULL;
        BEGIN
            EXECUTE format($sql$
                SELECT array_agg(ROW($1, signal.kind, signal.fact,
                                     signal.happened_at > now() - $3)::pendo._wanted)
                  FROM signal
                  JOIN unnest($2) AS _todo ON _todo.kind = signal.kind AND _todo.fact = signal.fact
                 WHERE CASE WHEN right($4, 1) = '*' THEN starts_with(signal.kind, left($4, -1))
                            ELSE signal.kind = $4 END
                   AND (signal.kind, signal.fact) IN (SELECT kind, fact FROM signal WHERE (%s
                   ))
                $sql$, coalesce(flow.condition, 'true'))
                INTO found USING flow.name, todo, flow.wait, flow.signal_kind;
        EXCEPTION WHEN OTHERS THEN
            failure := SQLERRM;
            SELECT array_agg(ROW(flow.name, t.kind, t.fact, true)::pendo._wanted) INTO found
              FROM unnest(todo) t
             WHERE CASE WHEN right(flow.signal_kind, 1) = '*'
                        THEN starts_with(t.kind, left(flow.signal_kind, -1))
                        ELSE t.kind = flow.signal_kind END;
        END;
        PERFORM pendo._note_signal_state(schema, 'flow', flow.name, NULL, failure);
        wanted := wanted || coalesce(found, '{}');
    END LOOP;
    RETURN wanted;
END
$$;
REVOKE ALL ON FUNCTION pendo._wanted_signals(name, pendo._wanted[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._wanted_signals(name, pendo._wanted[]) IS
    'which of some signals a model''s flows take';
