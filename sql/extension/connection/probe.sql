-- Send one request as a connection would, and tell what happened instead of
-- raising an error.  In: the connection; GET or POST; path below the base
-- URL; body or NULL; whether the key for writing is used.  Out: the outcome
-- (ok, or the phase that failed), HTTP status, what answered, and the words
-- and hint that an error would have.
CREATE FUNCTION pendo._probe(
    connection name,
    method text,
    path text,
    body text,
    for_writing boolean,
    OUT outcome text,
    OUT status integer,
    OUT proxy text,
    OUT peer text,
    OUT issuer text,
    OUT date text,
    OUT key_suffix text,
    OUT message text,
    OUT hint text,
    OUT answer text)
RETURNS record
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'pendo_probe';
REVOKE ALL ON FUNCTION pendo._probe(name, text, text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._probe(name, text, text, text, boolean) IS
    'send one request and tell what happened';
