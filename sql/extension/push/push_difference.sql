-- The query that finds what a push has to send.  Its parameters: $1 the push's name, $2 the
-- organisation, $3 the keys to look at, of which it makes no use in a full pass.  A row a
-- key of the source or of known records: "wanted" are all fields of one that may have
-- changed, by its hash; "sent" those to send, if it did.  Only for these are fields made,
-- and what was wanted looked up, which keeps a million rows that did not change cheap.  No
-- key is the empty one.
--
-- A text run with pg_catalog alone in the search_path: nothing that others own is found.
-- The source's row is v.* and never v, which would be a column of that name.
CREATE FUNCTION pendo._push_difference(p pendo.push, is_full boolean)
RETURNS text
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    fields text := pendo._push_fields(p);
    carried text[] := ARRAY(SELECT p.columns ->> c FROM unnest(p.carry) c);
    less text := CASE WHEN carried <> '{}' THEN format(' - %L::text[]', carried) ELSE '' END;
BEGIN
    RETURN format($query$
        WITH found AS MATERIALIZED (
             SELECT coalesce(s.key, r.key) AS key,
                    s.key IS NOT NULL AS is_there,
                    r.key IS NOT NULL AS is_known,
                    r.vanished_at IS NOT NULL AS was_gone,
                    s.hash,
                    CASE WHEN s.key IS NOT NULL AND s.hash IS DISTINCT FROM r.hash THEN %5$s END AS fields,
                    CASE WHEN s.key = r.key AND s.hash IS DISTINCT FROM r.hash
                         THEN (SELECT k FROM pendo.push_record k
                                WHERE k.push = $1 AND k.org = $2 AND k.key = r.key) END AS was%6$s
               FROM (SELECT format('%%s', v.%3$I) AS key, %4$s AS hash, (v.*)::%1$I.%2$I AS v FROM %1$I.%2$I v%7$s) s
               FULL JOIN (SELECT r.key, r.hash, r.vanished_at FROM pendo.push_record r
                           WHERE r.push = $1 AND r.org = $2%8$s) r ON r.key = s.key)
        SELECT f.key, f.is_there, f.is_known, f.was_gone, f.hash,
               (f.was).delivered IS NULL AS is_first, (f.was).delivered, f.fields AS wanted,
               CASE WHEN f.fields%9$s IS NOT DISTINCT FROM (f.was).wanted%9$s THEN NULL
                    WHEN (f.was).delivered IS NULL THEN f.fields
                    ELSE pendo._changed_fields(f.fields, (f.was).wanted, (f.was).delivered, %10$L) END AS sent
          FROM found f%11$s
        $query$,
        p.source_schema, p.source_table, p.key_column, pendo._push_hash(p), fields,
        CASE WHEN p.state = 'trial'
             THEN ', row_number() OVER (ORDER BY s.key IS NULL, r.key IS NULL, s.key COLLATE "C") AS rank' END,
        CASE WHEN NOT is_full
             THEN format(' WHERE v.%I = ANY ($3::%s[])', p.key_column,
                         (SELECT format_type(c.type, NULL)
                            FROM pendo._push_column(pendo._push_source(p)) c WHERE c.name = p.key_column)) END,
        CASE WHEN NOT is_full THEN ' AND r.key = ANY ($3)' END,
        less, carried,
        CASE WHEN p.state = 'trial' THEN format(' WHERE f.rank <= %s OR NOT f.is_there', p.trial_limit) END);
END
$$;
REVOKE ALL ON FUNCTION pendo._push_difference(pendo.push, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_difference(pendo.push, boolean) IS
    'the query that finds what a push has to send';
