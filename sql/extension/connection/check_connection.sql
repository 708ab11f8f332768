-- Raise undefined_object unless a connection is there; with "is_crm", one to a CRM, which
-- items can be delivered to.  The detail lists those that there are.
CREATE FUNCTION pendo._check_connection(connection name, is_crm boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known name[] := ARRAY(SELECT s.srvname FROM pg_foreign_server s
                           WHERE NOT is_crm OR pendo._connector(s.srvname) IS NOT NULL
                           ORDER BY s.srvname);
BEGIN
    IF connection = ANY (known) THEN
        RETURN;
    END IF;
    RAISE undefined_object USING
        MESSAGE = format(CASE WHEN is_crm THEN 'there is no connection "%s" to a CRM'
                              ELSE 'there is no connection "%s"' END, connection),
        DETAIL = coalesce('There are: ' || nullif(array_to_string(known, ', '), '') || '.', 'There are none.'),
        HINT = CASE WHEN is_crm THEN '' ELSE 'pendo.connect(), ' END
               || 'pendo.connect_hubspot() and pendo.connect_salesforce() make one.';
END
$$;
REVOKE ALL ON FUNCTION pendo._check_connection(name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_connection(name, boolean) IS 'raise an error unless a connection is there';
