-- What create_model() runs in a team's schema: the files of sql/model in the order
-- of their manifest.  Filled by the install script; an update replaces it.
CREATE TABLE pendo._default_model (
    ordinal integer PRIMARY KEY,
    file text NOT NULL UNIQUE,
    statements text NOT NULL
);
REVOKE ALL ON pendo._default_model FROM PUBLIC;
COMMENT ON TABLE pendo._default_model IS 'statements that make a model''s summaries and views';
COMMENT ON COLUMN pendo._default_model.ordinal IS 'order in which they run';
COMMENT ON COLUMN pendo._default_model.file IS
    'folder and file; the file''s name is the object''s';
COMMENT ON COLUMN pendo._default_model.statements IS
    'one object and its comments; of FILE.query.sql the query that defines summary FILE';
