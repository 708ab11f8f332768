-- Fetch ahead what a query of one live table will read, without holding a
-- snapshot; the query's next run adopts it.  Of other tables nothing is fetched.
-- With only_fingerprint it asks instead what tells whether rows changed:
-- "fingerprint" is then the remote answer, or NULL where there is none.  A failure
-- is told, not raised, so that the caller's work goes on.
CREATE PROCEDURE pendo._fetch(
    query text,
    only_fingerprint boolean,
    OUT requests bigint,
    OUT bytes bigint,
    OUT fingerprint text,
    OUT failure text,
    OUT failure_state text)
LANGUAGE c
AS 'MODULE_PATHNAME', 'pendo_prefetch';
REVOKE ALL ON PROCEDURE pendo._fetch(text, boolean, OUT bigint, OUT bigint, OUT text, OUT text, OUT text)
    FROM PUBLIC;
COMMENT ON PROCEDURE pendo._fetch(text, boolean, OUT bigint, OUT bigint, OUT text, OUT text, OUT text) IS
    'fetch ahead what a query of a live table will read';
