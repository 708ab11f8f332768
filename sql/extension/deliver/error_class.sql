-- What a team wants done about errors; its rows come before pendo.error_class_default.
CREATE TABLE pendo.error_class (
    connector text CHECK (connector IN ('hubspot', 'salesforce')),
    status integer,
    code text,
    pattern text CHECK (('' ~* pattern) IS NOT NULL OR pattern IS NULL),     -- fails unless it is one
    class text NOT NULL
        CHECK (class IN ('retry', 'throttle', 'auth', 'configuration', 'permanent', 'split', 'duplicate')),
    hint text,
    UNIQUE NULLS NOT DISTINCT (connector, status, code, pattern)
);
-- For a publication of all tables: a key with nulls is no identity.
ALTER TABLE pendo.error_class REPLICA IDENTITY FULL;
REVOKE ALL ON pendo.error_class FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.error_class', '');
COMMENT ON TABLE pendo.error_class IS 'what your team wants done about errors of remote systems';
COMMENT ON COLUMN pendo.error_class.connector IS 'connector; NULL: all';
COMMENT ON COLUMN pendo.error_class.status IS 'HTTP status of the whole request, 0: no answer; NULL: any, and of a single item';
COMMENT ON COLUMN pendo.error_class.code IS 'the remote system''s code; NULL: any';
COMMENT ON COLUMN pendo.error_class.pattern IS 'regular expression that the message fits; NULL: any';
COMMENT ON COLUMN pendo.error_class.class IS
    'retry: later; throttle: the connection waits; configuration: a person must act; permanent: never; split: in halves; duplicate: look, then once more';
COMMENT ON COLUMN pendo.error_class.hint IS 'what helps';
