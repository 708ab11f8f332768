-- Salesforce's foreign-data wrapper.  Whoever may use it can make connections:
-- GRANT USAGE ON FOREIGN DATA WRAPPER salesforce_fdw TO ...
CREATE FOREIGN DATA WRAPPER salesforce_fdw
    HANDLER pendo.pendo_fdw_handler
    VALIDATOR pendo.salesforce_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER salesforce_fdw IS 'Salesforce, as live tables';
