-- Make the rows of a table that fulfil a condition equal to those of a query, as
-- multisets: what is equal stays untouched, surplus rows are deleted, missing ones
-- inserted.  Rows are told apart by two hashes of all columns, 128 bits, and by
-- their number among equal ones.  The query's columns go by number (c1, c2, ...), lest
-- one has a name of this statement's own.
CREATE FUNCTION pendo._replace_rows(target regclass, columns name[], condition text, query text)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changes pendo._changes;
    has_rows boolean;
    surplus bigint;
    table_name text := target::text;    -- with its schema, before that is entered
    numbers name[];         -- columns of the query
    hashed_there text;
    hashed_here text;
BEGIN
    IF row_security_active(target) THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('row-level security hides rows of table %s from its owner', target),
            DETAIL = 'What is there and not seen would be inserted again.',
            HINT = format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', target);
    END IF;
    PERFORM pendo._enter_schema_of(target);
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %s)', target, condition) INTO has_rows;
    IF NOT has_rows THEN
        changes.inserted := pendo._add_rows(target, columns, query);
        changes := (changes.inserted, changes.inserted, 0, 0);
        RETURN changes;
    END IF;
    SELECT array_agg('c' || i ORDER BY i),
           string_agg(pendo._hash_input('q.c' || i, a.atttypid), ', ' ORDER BY i),
           string_agg(pendo._hash_input(format('q.%I', c), a.atttypid), ', ' ORDER BY i)
      INTO numbers, hashed_there, hashed_here
      FROM unnest(columns) WITH ORDINALITY AS u (c, i)
      LEFT JOIN pg_attribute a ON a.attrelid = target AND a.attname = c AND NOT a.attisdropped;
    EXECUTE format($sql$
        WITH fetched AS MATERIALIZED (
            SELECT *, row_number() OVER (PARTITION BY h1, h2) AS n
              FROM (SELECT q.*, hash_record_extended(ROW(%6$s), 1) AS h1,
                           hash_record_extended(ROW(%6$s), 2) AS h2
                      FROM (%4$s) q (%8$s)) q),
        here AS MATERIALIZED (
            SELECT _table, _place, h1, h2, row_number() OVER (PARTITION BY h1, h2) AS n
              FROM (SELECT tableoid AS _table, ctid AS _place, hash_record_extended(ROW(%7$s), 1) AS h1,
                           hash_record_extended(ROW(%7$s), 2) AS h2
                      FROM %1$s q WHERE %3$s) q),
        surplus AS MATERIALIZED (
            SELECT _table, _place FROM here h
             WHERE NOT EXISTS (SELECT FROM fetched f
                                WHERE f.h1 = h.h1 AND f.h2 = h.h2 AND f.n = h.n)),
        gone AS (
            DELETE FROM %1$s x USING surplus s
             WHERE x.tableoid = s._table AND x.ctid = s._place
               AND %3$s                 -- so that other partitions are not read
            RETURNING 1),
        deleted AS MATERIALIZED (SELECT count(*) AS n FROM gone),
        missing AS (
            INSERT INTO %1$s (%5$s)
            SELECT %2$s FROM fetched q, deleted
             WHERE deleted.n >= 0       -- first the one, then the other
               AND NOT EXISTS (SELECT FROM here h
                                WHERE h.h1 = q.h1 AND h.h2 = q.h2 AND h.n = q.n)
            RETURNING 1)
        SELECT (SELECT count(*) FROM fetched), (SELECT count(*) FROM missing), 0,
               (SELECT n FROM deleted), (SELECT count(*) FROM surplus)
        $sql$, target, pendo._column_list(numbers, 'q.'), condition, query,
        pendo._column_list(columns), hashed_there, hashed_here, pendo._column_list(numbers))
        INTO changes.rows, changes.inserted, changes.updated, changes.deleted, surplus;
    IF changes.deleted < surplus THEN
        RAISE serialization_failure USING
            MESSAGE = format('%s of %s rows of %s could not be deleted',
                             surplus - changes.deleted, surplus, table_name),
            DETAIL = 'They were changed by another session meanwhile, or a trigger kept them.';
    END IF;
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._replace_rows(regclass, name[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._replace_rows(regclass, name[], text, text) IS
    'make rows equal to those of a query, touching only what differs';
