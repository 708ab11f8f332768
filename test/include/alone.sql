-- Nobody but the test runs what is due: no worker starts, and those that linger end.
LOAD 'pendo_fdw';
ALTER SYSTEM SET pendo_fdw.max_workers = 0;
SELECT pg_reload_conf() AS is_reloaded;
SELECT count(pg_terminate_backend(pid)) >= 0 AS are_ended
  FROM pg_stat_activity WHERE backend_type IN ('pendo_fdw delivery', 'pendo_fdw pull');
