-- Make the rows of a table equal to those of a query by key: changed rows are
-- updated, new ones inserted, equal ones not touched.  If the query gives all rows
-- there are ("is_full"), what it lacks has vanished: it is marked (deleted_at),
-- deleted or kept.  Errors: more than "may_vanish" would vanish, or a key comes twice;
-- then nothing is changed.  Rows differ if their bytes do: types with another idea of equality, or
-- with none, are no exception.
CREATE FUNCTION pendo._merge_rows(target regclass, columns name[], key_columns name[], query text,
                                  is_full boolean, vanished text, max_share real, may_vanish bigint)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changes pendo._changes;
    has_rows boolean;
    gone bigint;
    live bigint;
    repeated bigint;
    marks boolean := vanished = 'mark';
    same_key text;
    table_name text := target::text;    -- with its schema, before that is entered
    values_here text;
    values_there text;
    typed_there text;       -- with the types of the table, which a team may have changed
BEGIN
    PERFORM pendo._enter_schema_of(target);
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', target) INTO has_rows;
    IF NOT has_rows THEN
        changes.inserted := pendo._add_rows(target, columns, query);
        changes := (changes.inserted, changes.inserted, 0, 0);
        RETURN changes;
    END IF;
    SELECT string_agg(format('x.%1$I = q.%1$I', k), ' AND ')
      INTO same_key FROM unnest(key_columns) k;
    SELECT string_agg(format('x.%I', c), ', ' ORDER BY n),
           string_agg(format('q.%I', c), ', ' ORDER BY n),
           string_agg(format('q.%I::%s', c, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY n)
      INTO values_here, values_there, typed_there
      FROM unnest(columns) WITH ORDINALITY AS u (c, n)
      LEFT JOIN pg_attribute a ON a.attrelid = target AND a.attname = c AND NOT a.attisdropped;
    EXECUTE format($sql$
        WITH fetched AS MATERIALIZED (%1$s),
        updated AS (
            UPDATE %2$s x SET (%3$s) = ROW(%4$s) %5$s
              FROM fetched q
             WHERE %6$s AND (ROW(%7$s)::record *<> ROW(%12$s)::record %8$s)
            RETURNING 1),
        inserted AS (
            INSERT INTO %2$s (%3$s)
            SELECT %4$s FROM fetched q
             WHERE NOT EXISTS (SELECT FROM %2$s x WHERE %6$s)
            RETURNING 1),
        gone AS (%9$s)
        SELECT (SELECT count(*) FROM fetched), (SELECT count(*) FROM inserted),
               (SELECT count(*) FROM updated), (SELECT count(*) FROM gone),
               CASE WHEN %10$L THEN (SELECT count(*) FROM %2$s x %11$s) END,
               (SELECT count(*) FROM (SELECT FROM fetched GROUP BY %13$s HAVING count(*) > 1) r)
        $sql$,
        query, target, pendo._column_list(columns), values_there,
        CASE WHEN marks THEN ', deleted_at = NULL' ELSE '' END,
        same_key, values_here,
        CASE WHEN marks THEN 'OR x.deleted_at IS NOT NULL' ELSE '' END,
        CASE WHEN NOT is_full OR vanished = 'keep' THEN 'SELECT 1 WHERE false'
             WHEN marks THEN
                 format('UPDATE %s x SET deleted_at = now() WHERE x.deleted_at IS NULL '
                        'AND NOT EXISTS (SELECT FROM fetched q WHERE %s) RETURNING 1',
                        target, same_key)
             ELSE format('DELETE FROM %s x WHERE NOT EXISTS (SELECT FROM fetched q WHERE %s) '
                         'RETURNING 1', target, same_key) END,
        is_full, CASE WHEN marks THEN 'WHERE x.deleted_at IS NULL' ELSE '' END, typed_there,
        pendo._column_list(key_columns))
        INTO changes.rows, changes.inserted, changes.updated, gone, live, repeated;
    changes.deleted := gone;
    IF repeated > 0 THEN
        RAISE cardinality_violation USING
            MESSAGE = format('%s keys of %s came more than once', repeated, table_name),
            DETAIL = format('The key is (%s); which of its rows counts is not known, so nothing was changed.',
                            array_to_string(key_columns, ', ')),
            HINT = 'Name columns that are unique together: pendo.define_pull(..., key_columns => ...).';
    END IF;
    IF is_full AND gone > greatest(10, max_share * live) AND gone > coalesce(may_vanish, 0) THEN
        RAISE data_exception USING
            MESSAGE = format('%s of %s rows of %s would vanish', gone, live, table_name),
            DETAIL = 'Nothing was changed: so many at once are rarely meant.',
            HINT = 'If they are really gone, SELECT pendo.allow_vanished() once with the pull''s name.';
    END IF;
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._merge_rows(regclass, name[], name[], text, boolean, text, real, bigint)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._merge_rows(regclass, name[], name[], text, boolean, text, real, bigint) IS
    'make rows equal to those of a query by key, touching only what differs';
