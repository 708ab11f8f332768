-- Requests under way: they belong to the session, and go with the abort of a transaction.

-- Let requests be sent once this transaction has committed, with the current user's mapping, as
-- budgets and the number of requests at a time allow.  Out: how many they are.
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
RETURNS TABLE (connection name, item bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100
AS 'MODULE_PATHNAME', 'pendo_in_flight';
REVOKE ALL ON FUNCTION pendo._in_flight() FROM PUBLIC;
COMMENT ON FUNCTION pendo._in_flight() IS 'items of this session that are under way';

-- Is an item for whom this is the hash under way?
CREATE FUNCTION pendo._is_in_flight(key bigint)
RETURNS boolean
LANGUAGE c STRICT STABLE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_is_in_flight';
REVOKE ALL ON FUNCTION pendo._is_in_flight(bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_in_flight(bigint) IS 'is an item for this key under way?';

-- How many requests to a connection are under way, or about to be?
CREATE FUNCTION pendo._requests_in_flight(connection name)
RETURNS integer
LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_requests_in_flight';
REVOKE ALL ON FUNCTION pendo._requests_in_flight(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._requests_in_flight(name) IS 'how many requests to a connection are under way';

-- Let the network go on without a wait: take in what came, send what was committed and has room
-- now.  Between two pieces of work, so that neither waits for the other.
CREATE FUNCTION pendo._progress()
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_progress';
REVOKE ALL ON FUNCTION pendo._progress() FROM PUBLIC;
COMMENT ON FUNCTION pendo._progress() IS 'let the network go on without a wait';

-- Drop requests that were not sent yet, all or those with items for a connection; out: how many.
CREATE FUNCTION pendo._withdraw(connection name)
RETURNS integer
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
