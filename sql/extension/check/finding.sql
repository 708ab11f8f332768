-- What one step of pendo.check() found.
CREATE TYPE pendo._finding AS (
    step text,
    is_ok boolean,      -- NULL: could not be tried
    result text,
    hint text
);
COMMENT ON TYPE pendo._finding IS 'what one step of pendo.check() found';
