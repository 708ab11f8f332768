-- What became of one request.
CREATE TYPE pendo._probe_result AS (
    outcome text,       -- ok, or the phase that failed
    status integer,     -- HTTP status, 0 without an answer
    proxy text,
    peer text,          -- address that answered
    issuer text,        -- of its certificate
    date text,          -- of the answer's header
    key_suffix text,    -- region that the key's end names; no secret
    message text,       -- the words of the error it would be
    hint text,
    answer text         -- body, if good
);
COMMENT ON TYPE pendo._probe_result IS 'what became of one request';

-- Send one request as a connection would, and tell what happened instead of
-- raising an error.  In: the connection; GET or POST; path below the base
-- URL; body or NULL; whether the key for writing is used, NULL to send no key.  Errors: no such
-- connection, or no key for it.
CREATE FUNCTION pendo._probe(
    connection name,
    method text,
    path text,
    body text,
    for_writing boolean)
RETURNS pendo._probe_result
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pendo_probe';
REVOKE ALL ON FUNCTION pendo._probe(name, text, text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._probe(name, text, text, text, boolean) IS
    'send one request and tell what happened';
