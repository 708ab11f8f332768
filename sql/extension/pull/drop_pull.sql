-- Forget a pull and its ledger; the local table stays as it is.  Returns whether
-- there was one.
CREATE FUNCTION pendo.drop_pull(name text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner name;
BEGIN
    DELETE FROM pendo.pull p WHERE p.name = drop_pull.name RETURNING p.owner INTO owner;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM pendo._forget_job(owner);
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION pendo.drop_pull(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.drop_pull(text) IS
    'forget a pull; the local table stays';
