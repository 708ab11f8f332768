-- Let a push rest until pendo.start_push(); what it has put into the outbox is delivered.
CREATE FUNCTION pendo.pause_push(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
BEGIN
    UPDATE pendo.push d SET state = 'paused' WHERE d.name = p.name AND d.state IN ('trial', 'live');
END
$$;
REVOKE ALL ON FUNCTION pendo.pause_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.pause_push(text) IS 'let a push rest';
