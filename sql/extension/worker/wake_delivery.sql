-- What adds something to deliver for a role calls this: at COMMIT, that role's worker
-- for deliveries goes on, or one is started.  Cheap enough for every item; without
-- workers it does nothing.
CREATE FUNCTION pendo._wake_delivery(owner name)
RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_wake_delivery';
REVOKE ALL ON FUNCTION pendo._wake_delivery(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._wake_delivery(name) IS
    'at COMMIT, let the background worker deliver what a role has to deliver';
