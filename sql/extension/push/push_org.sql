-- The remote organisation that a push is for: that of its connection, while it is not
-- known that of its last run.
CREATE FUNCTION pendo._push_org(p pendo.push)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce((SELECT c.org FROM pendo.connection_state c
                    WHERE c.connection = p.connection AND c.owner = p.owner), p.org);
END;
REVOKE ALL ON FUNCTION pendo._push_org(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_org(pendo.push) IS 'the remote organisation that a push is for';
