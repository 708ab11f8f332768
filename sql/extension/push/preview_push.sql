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
BEGIN
    RETURN QUERY EXECUTE format($query$
        WITH difference AS MATERIALIZED (%s)
        SELECT d.key, $3, f.key, d.delivered -> f.key, f.value,
               CASE WHEN d.is_first AND $6 THEN 'look, then ' || $4 ELSE $4 END
          FROM (SELECT x.* FROM difference x WHERE x.sent IS NOT NULL ORDER BY x.key COLLATE "C" LIMIT $5) d
         CROSS JOIN LATERAL jsonb_each(d.sent) f
         WHERE (SELECT pendo._check_push_key($7, %s))     -- before any row, and also if there is none
         ORDER BY d.key COLLATE "C", f.key COLLATE "C"
        $query$, pendo._push_difference(p, true), pendo._wrong_key())
        USING p.name, pendo._push_org(p), p.operation,
              pendo._push_call(p), keys, p.adopt, p;
END
$$;
REVOKE ALL ON FUNCTION pendo.preview_push(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo.preview_push(text, integer) IS 'what a push would send; sends nothing';
