-- The options there are, a row for each place where one may stand.  In: the
-- connector's name.  "preset" is the value without the option;
-- "form" says in words what a value looks like.
CREATE FUNCTION pendo._option(
    connector text,
    OUT place text,
    OUT name text,
    OUT description text,
    OUT preset text,
    OUT choices text,
    OUT is_required boolean,
    OUT is_privileged boolean,
    OUT is_secret boolean,
    OUT form text)
RETURNS SETOF record
LANGUAGE c STRICT STABLE
AS 'MODULE_PATHNAME', 'pendo_option_list';
REVOKE ALL ON FUNCTION pendo._option(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._option(text) IS 'options of a connector';
