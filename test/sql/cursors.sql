-- Cursors: rows come as they are asked for, also after a pause, an error, a commit.
\set server cur
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
-- MOVE, telling how many rows it passed.
CREATE FUNCTION cur.passed(c refcursor, direction text DEFAULT 'ALL') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    n bigint := 0;
BEGIN
    IF direction = 'ALL' THEN
        MOVE FORWARD ALL FROM c;
        GET DIAGNOSTICS n = ROW_COUNT;
        RETURN n;
    END IF;
    FOR i IN 1 .. direction::int LOOP
        MOVE NEXT FROM c;
        EXIT WHEN NOT FOUND;
        n := n + 1;
    END LOOP;
    RETURN n;
END $$;
SELECT count(*) AS rows FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12' \gset
SELECT :rows > 200 AS several_windows_with_rows;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM app ORDER BY id;
FETCH 2 FROM c;
FETCH 2 FROM c;
FETCH 2 FROM c;
FETCH 2 FROM c;
COMMIT;
-- Back and forth.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id FROM app WHERE id <> 7456789012345678;
FETCH 3 FROM c \g /dev/null
SELECT cur.passed('c') + 3 = count(*) AS all_there FROM app WHERE id <> 7456789012345678;
FETCH ABSOLUTE 1 FROM c;
FETCH LAST FROM c \g /dev/null
FETCH BACKWARD ALL FROM c \g /dev/null
SELECT cur.passed('c');
DECLARE forward CURSOR FOR SELECT id FROM app;
\set VERBOSITY sqlstate
FETCH BACKWARD 1 FROM forward;
\set VERBOSITY default
ROLLBACK;
-- Two at once over several windows, read in turns.
BEGIN;
DECLARE a NO SCROLL CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12';
DECLARE b NO SCROLL CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12';
SELECT cur.passed('a', '5'), cur.passed('b', '150');
SELECT cur.passed('a', '150'), cur.passed('b', '5');
SELECT cur.passed('a') = :rows - 155 AS a_rest, cur.passed('b') = :rows - 155 AS b_rest;
SELECT cur.passed('a'), cur.passed('b');
COMMIT;
-- Errors of others do no harm, wherever the cursor and its windows began.
BEGIN;
SAVEPOINT one;
DECLARE d NO SCROLL CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12';
SELECT cur.passed('d', '5');
RELEASE one;
SAVEPOINT two;
DECLARE e NO SCROLL CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12';
SELECT cur.passed('d', '5'), cur.passed('e', '5');
SELECT 1 / 0;
ROLLBACK TO two;
SELECT cur.passed('d') = :rows - 10 AS rest;
\set VERBOSITY sqlstate
FETCH 1 FROM e;
\set VERBOSITY default
ROLLBACK;
-- With hold it outlives the transaction, complete.
BEGIN;
DECLARE h NO SCROLL CURSOR WITH HOLD FOR SELECT FROM event WHERE day BETWEEN '2024-06-10' AND '2024-06-12';
SELECT cur.passed('h', '5');
COMMIT;
SELECT cur.passed('h') = :rows - 5 AS rest;
CLOSE h;
-- Closed early, dropped early, left open.
BEGIN;
DECLARE f CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-12';
SELECT cur.passed('f', '1');
CLOSE f;
DECLARE g CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-12';
SELECT cur.passed('g', '1');
\set VERBOSITY sqlstate
DROP FOREIGN TABLE cur.event;
\set VERBOSITY default
ROLLBACK;
BEGIN;
DECLARE g CURSOR FOR SELECT FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-12';
SELECT cur.passed('g', '1');
COMMIT;
-- A loop that stops, forty times over: every connection is given back.
DO $$
DECLARE
    r record;
    seen int := 0;
BEGIN
    FOR i IN 1 .. 40 LOOP
        BEGIN
            FOR r IN SELECT 1 / (num_events - num_events) FROM cur.event
                      WHERE day BETWEEN '2024-06-01' AND '2024-06-12' LOOP
                seen := seen + 1;
            END LOOP;
        EXCEPTION WHEN division_by_zero THEN
            seen := seen + 100;
        END;
        FOR r IN SELECT FROM cur.event WHERE day BETWEEN '2024-06-01' AND '2024-06-12' LOOP
            EXIT;
        END LOOP;
    END LOOP;
    RAISE NOTICE '%', seen;
END $$;
-- No cursor can change a live table.
BEGIN;
DECLARE u CURSOR FOR SELECT id FROM app;
SELECT cur.passed('u', '1');
UPDATE app SET name = 'x' WHERE CURRENT OF u;
ROLLBACK;
\i :drop
