-- Pendo's foreign-data wrapper.  Whoever may use it can make connections:
-- GRANT USAGE ON FOREIGN DATA WRAPPER pendo_fdw TO ...
CREATE FOREIGN DATA WRAPPER pendo_fdw
    HANDLER pendo.pendo_fdw_handler
    VALIDATOR pendo.pendo_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER pendo_fdw IS 'Pendo, as live tables';
