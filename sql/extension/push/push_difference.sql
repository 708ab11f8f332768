-- The query that finds what a push has to send.  Its parameters: $1 the push's name, $2 the
-- organisation, $3 the keys to look at, of which it makes no use in a full pass.  A row a
-- key of the source or of known records: "wanted" are all fields of one that changed,
-- "sent" those to send; both are NULL where nothing did, which keeps what is materialised
-- of a million rows small.  No key is the empty one.
--
-- A text run with pg_catalog alone in the search_path: nothing that others own is found.
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
        SELECT d.key, d.is_there, d.is_known, d.was_gone, d.is_first, d.delivered, d.wanted,
               CASE WHEN d.is_first THEN d.wanted
                    WHEN d.wanted IS NOT NULL
                    THEN pendo._changed_fields(d.wanted, d.before, d.delivered, %5$L) END AS sent
          FROM (SELECT coalesce(s.key, r.key) AS key,
                       s.key IS NOT NULL AS is_there,
                       r.key IS NOT NULL AS is_known,
                       r.vanished_at IS NOT NULL AS was_gone,
                       r.delivered IS NULL AS is_first,
                       CASE WHEN s.fields%6$s IS DISTINCT FROM r.wanted%6$s THEN r.delivered END AS delivered,
                       CASE WHEN s.fields%6$s IS DISTINCT FROM r.wanted%6$s THEN r.wanted END AS before,
                       CASE WHEN s.fields%6$s IS DISTINCT FROM r.wanted%6$s THEN s.fields END AS wanted%7$s
                  FROM (SELECT format('%%s', v.%3$I) AS key, %4$s AS fields
                          FROM %1$I.%2$I v%8$s) s
                  FULL JOIN (SELECT * FROM pendo.push_record r
                              WHERE r.push = $1 AND r.org = $2%9$s) r ON r.key = s.key) d%10$s
        $query$,
        p.source_schema, p.source_table, p.key_column, fields, carried, less,
        CASE WHEN p.state = 'trial'
             THEN ', row_number() OVER (ORDER BY s.key IS NULL, r.key IS NULL, s.key COLLATE "C") AS rank' END,
        CASE WHEN NOT is_full
             THEN format(' WHERE v.%I = ANY ($3::%s[])', p.key_column,
                         (SELECT format_type(c.type, NULL)
                            FROM pendo._push_column(pendo._push_source(p)) c WHERE c.name = p.key_column)) END,
        CASE WHEN NOT is_full THEN ' AND r.key = ANY ($3)' END,
        CASE WHEN p.state = 'trial' THEN format(' WHERE d.rank <= %s OR NOT d.is_there', p.trial_limit) END);
END
$$;
REVOKE ALL ON FUNCTION pendo._push_difference(pendo.push, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_difference(pendo.push, boolean) IS
    'the query that finds what a push has to send';
