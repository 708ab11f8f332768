-- HubSpot's foreign-data wrapper.  Whoever may use it can make connections:
-- GRANT USAGE ON FOREIGN DATA WRAPPER hubspot_fdw TO ...
CREATE FOREIGN DATA WRAPPER hubspot_fdw
    HANDLER pendo.pendo_fdw_handler
    VALIDATOR pendo.hubspot_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER hubspot_fdw IS 'HubSpot, as live tables';
