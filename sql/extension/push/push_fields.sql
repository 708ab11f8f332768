-- The expression that makes the fields of a record from a row of a push's source, s.v.
-- Times are written in UTC, so that two sessions with other time zones agree.
-- Errors: a column is not there any more.
CREATE FUNCTION pendo._push_fields(p pendo.push)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source regclass := pendo._push_source(p);
    missing text[] := ARRAY(
        SELECT c FROM (SELECT p.key_column::text UNION ALL SELECT jsonb_object_keys(p.columns)) AS u (c)
         WHERE c NOT IN (SELECT d.name FROM pendo._push_column(source) d));
BEGIN
    IF missing <> '{}' THEN
        RAISE undefined_column USING
            MESSAGE = format('column "%s" of %s, which push "%s" needs, does not exist', missing[1], source, p.name),
            HINT = 'Make it again; or ' || CASE
                WHEN p.key_column = ANY (missing)
                THEN format('name another key, SELECT * FROM pendo.define_push(%L, key_column => ''...'').', p.name)
                WHEN p.columns - missing = '{}'
                THEN format('name others, SELECT * FROM pendo.define_push(%L, columns => ''...'').', p.name)
                ELSE format('send the others alone, SELECT * FROM pendo.define_push(%L, columns => %L, carry => %L).',
                            p.name, p.columns - missing,
                            ARRAY(SELECT c FROM unnest(p.carry) c WHERE c <> ALL (missing))) END;
    END IF;
    -- In pieces: a function has a hundred arguments at most.
    RETURN (
        SELECT string_agg('jsonb_build_object(' || x.pairs || ')', ' || ' ORDER BY x.piece)
          FROM (SELECT e.n / 40 AS piece, string_agg(format('%L, %s', e.field, e.value), ', ' ORDER BY e.n) AS pairs
                  FROM (SELECT f.value AS field, row_number() OVER (ORDER BY f.value) - 1 AS n,
                               format(CASE d.base
                                      WHEN 'timestamptz'::regtype
                                      THEN 'CASE WHEN isfinite((s.v).%1$I) THEN '
                                           'to_char((s.v).%1$I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'') END'
                                      ELSE '(s.v).%1$I' END, f.key) AS value
                          FROM jsonb_each_text(p.columns) f
                          JOIN pendo._push_column(source) d ON d.name = f.key) e
                 GROUP BY 1) x);
END
$$;
REVOKE ALL ON FUNCTION pendo._push_fields(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_fields(pendo.push) IS
    'the expression that makes the fields of a record from a row of a push''s source';
