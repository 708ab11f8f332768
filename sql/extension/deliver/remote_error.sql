-- What a remote system says of a failure.
CREATE TYPE pendo._remote_error AS (
    code text,
    message text
);
COMMENT ON TYPE pendo._remote_error IS 'what a remote system says of a failure';
