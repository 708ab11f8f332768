-- Nobody but the test runs what is due: no worker starts, and those that linger leave.
LOAD 'pendo_fdw';
ALTER SYSTEM SET pendo_fdw.max_workers = 0;
SELECT pg_reload_conf() AS is_reloaded;
DO $$
BEGIN
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE backend_type IN ('pendo_fdw delivery', 'pendo_fdw pull')) LOOP
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
END $$;
