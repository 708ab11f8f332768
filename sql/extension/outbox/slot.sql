-- The outbox has three partitions that take turns: new items go into the one that the
-- sequence names, the others are emptied once all in them has been dealt with.
CREATE SEQUENCE pendo.outbox_turn MINVALUE 0 START 0;
REVOKE ALL ON pendo.outbox_turn FROM PUBLIC;
COMMENT ON SEQUENCE pendo.outbox_turn IS 'whose turn it is to take new items of the outbox';

CREATE FUNCTION pendo._outbox_slot()
RETURNS smallint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT (last_value % 3)::smallint FROM pendo.outbox_turn;
END;
REVOKE ALL ON FUNCTION pendo._outbox_slot() FROM PUBLIC;
COMMENT ON FUNCTION pendo._outbox_slot() IS 'partition of the outbox that takes new items';
