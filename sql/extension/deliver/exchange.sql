-- Requests under way: they belong to the session, and go with the abort of a transaction.

-- Let requests be sent by the next pendo._await(), with the current user's mapping, as the
-- budgets allow.  Out: how many they are.
CREATE FUNCTION pendo._send(requests pendo._request[])
RETURNS integer
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_send';
REVOKE ALL ON FUNCTION pendo._send(pendo._request[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._send(pendo._request[]) IS 'let requests be sent';

-- Commit, and wait until an answer is there, for at most so many ms; no snapshot is held
-- meanwhile.  A worker comes back when it was woken since it counted "wakes", too.
CREATE PROCEDURE pendo._await(timeout integer, wakes bigint, INOUT answers pendo._answer[])
LANGUAGE c
AS 'MODULE_PATHNAME', 'pendo_await';
REVOKE ALL ON PROCEDURE pendo._await(integer, bigint, pendo._answer[]) FROM PUBLIC;
COMMENT ON PROCEDURE pendo._await(integer, bigint, pendo._answer[]) IS 'wait for answers';

-- What is under way: a row for each item, and one without for a request that has none.
CREATE FUNCTION pendo._in_flight()
RETURNS TABLE (request bigint, connection name, item bigint, key bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'pendo_in_flight';
REVOKE ALL ON FUNCTION pendo._in_flight() FROM PUBLIC;
COMMENT ON FUNCTION pendo._in_flight() IS 'items of this session that are under way';

-- Drop requests that were not sent yet: a connection's that have items, or (NULL) all.
-- Out: their works, whose items are to be put aside, as their lanes have passed them.
CREATE FUNCTION pendo._withdraw(connection name)
RETURNS jsonb[]
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_withdraw';
REVOKE ALL ON FUNCTION pendo._withdraw(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._withdraw(name) IS 'drop requests that were not sent yet';

-- A mark that another credential or address would not have, of this run of the server.
CREATE FUNCTION pendo._credential_mark(connection name)
RETURNS text
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_credential_mark';
REVOKE ALL ON FUNCTION pendo._credential_mark(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._credential_mark(name) IS 'tells one credential from another';

CREATE FUNCTION pendo._wakes()
RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_wakes';
REVOKE ALL ON FUNCTION pendo._wakes() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wakes() IS 'how often this worker was woken';
