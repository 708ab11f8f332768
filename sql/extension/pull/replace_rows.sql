-- Make the rows of a table that fulfil a condition equal to those of a query, as
-- multisets: what is equal stays untouched, surplus rows are deleted, missing ones
-- inserted.  Rows are told apart by two hashes of all columns, 128 bits, and by
-- their number among equal ones.
CREATE FUNCTION pendo._replace_rows(target regclass, columns name[], condition text, query text)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    changes pendo._changes;
    has_rows boolean;
BEGIN
    PERFORM pendo._enter_schema_of(target);
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %s)', target, condition) INTO has_rows;
    IF NOT has_rows THEN
        changes.inserted := pendo._add_rows(target, columns, query);
        changes := (changes.inserted, changes.inserted, 0, 0);
        RETURN changes;
    END IF;
    EXECUTE format($sql$
        WITH fetched AS MATERIALIZED (
            SELECT *, row_number() OVER (PARTITION BY h1, h2) AS n
              FROM (SELECT q.*, hash_record_extended(ROW(%2$s), 1) AS h1,
                           hash_record_extended(ROW(%2$s), 2) AS h2
                      FROM (%4$s) q) q),
        here AS MATERIALIZED (
            SELECT _table, _place, h1, h2, row_number() OVER (PARTITION BY h1, h2) AS n
              FROM (SELECT tableoid AS _table, ctid AS _place, hash_record_extended(ROW(%2$s), 1) AS h1,
                           hash_record_extended(ROW(%2$s), 2) AS h2
                      FROM %1$s q WHERE %3$s) q),
        surplus AS (
            DELETE FROM %1$s x
             USING (SELECT _table, _place FROM here h
                     WHERE NOT EXISTS (SELECT FROM fetched f
                                        WHERE f.h1 = h.h1 AND f.h2 = h.h2 AND f.n = h.n)) s
             WHERE x.tableoid = s._table AND x.ctid = s._place
               AND %3$s                 -- so that other partitions are not read
            RETURNING 1),
        deleted AS MATERIALIZED (SELECT count(*) AS n FROM surplus),
        missing AS (
            INSERT INTO %1$s (%5$s)
            SELECT %2$s FROM fetched q, deleted
             WHERE deleted.n >= 0       -- first the one, then the other
               AND NOT EXISTS (SELECT FROM here h
                                WHERE h.h1 = q.h1 AND h.h2 = q.h2 AND h.n = q.n)
            RETURNING 1)
        SELECT (SELECT count(*) FROM fetched), (SELECT count(*) FROM missing), 0,
               (SELECT n FROM deleted)
        $sql$, target, pendo._column_list(columns, 'q.'), condition, query,
        pendo._column_list(columns))
        INTO changes.rows, changes.inserted, changes.updated, changes.deleted;
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._replace_rows(regclass, name[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._replace_rows(regclass, name[], text, text) IS
    'make rows equal to those of a query, touching only what differs';
