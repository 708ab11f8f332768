-- The extension's schema; the control file has CREATE EXTENSION make it.
COMMENT ON SCHEMA pendo IS 'pendo_fdw: Pendo as SQL';
