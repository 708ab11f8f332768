-- Live tables beside copies in ordinary tables, named heap_…: the same
-- conditions must give the same rows.  heap_same(table, condition) counts them,
-- or says how they differ.
CREATE FUNCTION :"server".heap_same(relation text, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    missing bigint;
    surplus bigint;
BEGIN
    EXECUTE format(
        'WITH heap AS MATERIALIZED (SELECT * FROM %1$I WHERE %3$s),
              live AS MATERIALIZED (SELECT * FROM %2$I WHERE %3$s)
         SELECT (SELECT count(*) FROM heap),
                (SELECT count(*) FROM (TABLE heap EXCEPT ALL TABLE live) d),
                (SELECT count(*) FROM (TABLE live EXCEPT ALL TABLE heap) d)',
        'heap_' || relation, relation, condition) INTO wanted, missing, surplus;
    RETURN CASE WHEN missing + surplus = 0 THEN wanted || ' rows'
                ELSE format('%s rows wanted, %s missing, %s too many', wanted, missing, surplus) END;
END $$;
