-- The extension's schema, a member of it: it goes with the extension, and one
-- that somebody has prepared is not adopted.
CREATE SCHEMA pendo;
COMMENT ON SCHEMA pendo IS 'pendo_fdw: Pendo as SQL';
