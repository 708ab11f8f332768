-- Whoever writes into the outbox wakes the worker that delivers, at COMMIT.
CREATE FUNCTION pendo._wake_on_insert()
RETURNS trigger
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pendo_wake_on_insert';
REVOKE ALL ON FUNCTION pendo._wake_on_insert() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wake_on_insert() IS 'wake the worker that delivers';
CREATE TRIGGER wake_on_insert AFTER INSERT ON pendo.outbox
    FOR EACH STATEMENT EXECUTE FUNCTION pendo._wake_on_insert();
COMMENT ON TRIGGER wake_on_insert ON pendo.outbox IS 'wake the worker that delivers';
