-- A signal that a flow takes, and one that it may take yet.
CREATE TYPE pendo._wanted AS (flow text, kind text, fact text, is_blocked boolean);
COMMENT ON TYPE pendo._wanted IS 'a signal that a flow takes, or may take yet';
