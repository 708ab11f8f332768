-- A CRM's local table is written by its pull alone: what is written by others would not
-- reach the CRM, and be overwritten.  The pull writes as the table's owner, who holds a
-- lease, and not from within another trigger.  Nobody else can look like that: the ledger's
-- rows are their owner's, and asked for only then.
CREATE FUNCTION pendo._refuse_write()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF pg_trigger_depth() = 1
       AND current_user = (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID) THEN
        -- By itself: others may know nothing of schema pendo.
        IF pendo._holds_lease(TG_TABLE_SCHEMA, TG_TABLE_NAME) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE insufficient_privilege USING
        MESSAGE = format('table %I.%I is written by its pull alone', TG_TABLE_SCHEMA, TG_TABLE_NAME),
        DETAIL = 'It is a copy of records in the CRM: what is written here does not reach them, and is overwritten.',
        HINT = 'Change the record in the CRM, or send values to it with pendo.define_push() or pendo.enqueue().';
END
$$;
REVOKE ALL ON FUNCTION pendo._refuse_write() FROM PUBLIC;
COMMENT ON FUNCTION pendo._refuse_write() IS 'refuse what is written by others than the pull';
