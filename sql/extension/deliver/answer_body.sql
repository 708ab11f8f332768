-- The body of an answer as it is read: what jsonb makes of it, but for lone surrogates, which
-- become U+FFFD, and for numbers of no sane size, which are refused.  Errors: it is no JSON.
CREATE FUNCTION pendo._answer_body(body text)
RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_answer_body';
REVOKE ALL ON FUNCTION pendo._answer_body(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._answer_body(text) IS 'the body of an answer as it is read';
