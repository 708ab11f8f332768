-- What a push would send now if it compared everything, for the first so many keys; sends
-- and changes nothing.  Out: a row a field: "old" is what arrived last, NULL where nothing
-- is known; the request that would carry it, with records of other keys.
-- Errors: no such push, not its owner; a row without a key, or two with one.
CREATE FUNCTION pendo.preview_push(name text, keys integer DEFAULT 10)
RETURNS TABLE (key text, operation text, field text, old jsonb, new jsonb, call text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
    plain_call text := pendo._push_call(p);
    wrong_key text;
    is_first boolean;
BEGIN
    operation := p.operation;
    FOR wrong_key, key, is_first, field, old, new IN EXECUTE format($query$
        WITH difference AS MATERIALIZED (%s)
        SELECT w.wrong_key, d.key, d.is_first, f.key, d.delivered -> f.key, f.value
          FROM (SELECT %s AS wrong_key) w       -- if there is no other row, too
          LEFT JOIN (SELECT x.* FROM difference x WHERE x.sent IS NOT NULL ORDER BY x.key COLLATE "C" LIMIT $3) d
            ON w.wrong_key IS NULL
          LEFT JOIN LATERAL jsonb_each(d.sent) f ON true
         ORDER BY d.key COLLATE "C", f.key COLLATE "C"
        $query$, pendo._push_difference(p, true), pendo._wrong_key())
        USING p.name, pendo._push_org(p), keys
    LOOP
        PERFORM pendo._check_push_key(p, wrong_key);
        CONTINUE WHEN field IS NULL;
        call := CASE WHEN is_first AND p.adopt THEN 'look, then ' || plain_call ELSE plain_call END;
        RETURN NEXT;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.preview_push(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo.preview_push(text, integer) IS 'what a push would send; sends nothing';
