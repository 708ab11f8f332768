-- What alone.sql did is undone.
ALTER SYSTEM RESET pendo_fdw.max_workers;
SELECT pg_reload_conf() AS is_reloaded;
