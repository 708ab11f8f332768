-- Items that were taken up and not sent wait aside, as if they had just been read; what waits
-- already goes on.
CREATE FUNCTION pendo._put_aside(works jsonb[])
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                             fields, links, class, source, not_before, expires_at, created_at, look,
                             due_at, reason)
  SELECT o.item, o.slot, o.xid, o.owner, o.connection, o.object, o.operation, o.key_field, o.key,
         o.fields, o.links, o.class, o.source, o.not_before, o.expires_at, o.created_at, o.look,
         clock_timestamp(), 'later'
    FROM unnest(works) w
   CROSS JOIN LATERAL jsonb_array_elements(w -> 'items') i
    JOIN pendo.outbox o ON o.connection = w ->> 'connection' AND o.object = w ->> 'object'
                       AND o.key = i ->> 'key' AND o.item = (i ->> 'item')::bigint
  ON CONFLICT DO NOTHING;
END;
REVOKE ALL ON FUNCTION pendo._put_aside(jsonb[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._put_aside(jsonb[]) IS 'let items wait that were taken up and not sent';
