-- A team's changes to the shipped limits.  NULL means: as shipped.
CREATE TABLE signal_limit (
    kind text PRIMARY KEY CHECK (kind <> ''),
    max_at_once integer CHECK (max_at_once >= 0),
    is_enabled boolean
);
REVOKE ALL ON signal_limit FROM PUBLIC;
COMMENT ON TABLE signal_limit IS
    'the team''s limits, over signal_limit_default; NULL is as shipped';
COMMENT ON COLUMN signal_limit.kind IS 'kind of signal';
COMMENT ON COLUMN signal_limit.max_at_once IS
    'if a run would raise more, they are held until a person decides';
COMMENT ON COLUMN signal_limit.is_enabled IS 'is looked for';
