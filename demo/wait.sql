-- Wait until nothing is left to be delivered; told in the story as "wait".
\set ECHO none
\set QUIET on
DO $$
BEGIN
    FOR i IN 1 .. 600 LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM pendo.delivery_progress WHERE in_outbox + waiting > 0);
        PERFORM pg_sleep(0.05), pg_stat_clear_snapshot();
        COMMIT;
    END LOOP;
END $$;
\set QUIET off
\set ECHO queries
\echo (all is delivered)
\echo
