-- Items that a restore brought from another server have places of that server, which say
-- nothing here: those that were not dealt with wait aside, and are due.
CREATE FUNCTION pendo._adopt_strangers(connection name)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                             fields, links, class, source, not_before, expires_at, created_at, look,
                             due_at, reason)
  SELECT o.item, o.slot, o.xid, o.owner, o.connection, o.object, o.operation, o.key_field, o.key,
         o.fields, o.links, o.class, o.source, o.not_before, o.expires_at, o.created_at, true,
         clock_timestamp(), 'later'
    FROM pendo.outbox o
   WHERE o.connection = _adopt_strangers.connection AND o.owner = current_user
     AND o.xid >= pg_snapshot_xmax(pg_current_snapshot())
     AND NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')
  ON CONFLICT DO NOTHING;
END;
REVOKE ALL ON FUNCTION pendo._adopt_strangers(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._adopt_strangers(name) IS 'put items aside that a restore brought';
