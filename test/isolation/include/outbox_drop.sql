-- What the specs of the outbox end with.
TRUNCATE pendo.outbox, pendo.waiting, pendo.delivery, pendo.lane, pendo.connection_state;
ALTER SEQUENCE pendo.outbox_turn RESTART;
DROP SERVER crm CASCADE;
DROP SCHEMA box CASCADE;
