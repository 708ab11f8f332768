-- Pulls: one row for each local table that is kept equal to a live one.
CREATE TABLE pendo.pull (
    name text PRIMARY KEY CHECK (name <> ''),
    owner name NOT NULL DEFAULT current_user,
    connection name NOT NULL,
    source_schema name NOT NULL,
    source_table name NOT NULL,
    target_schema name NOT NULL,
    target_table name NOT NULL,
    mode text NOT NULL CHECK (mode IN ('by_window', 'changes', 'full')),
    columns name[] NOT NULL CHECK (cardinality(columns) > 0),
    time_column name,
    key_columns name[] CHECK (cardinality(key_columns) > 0),
    since date,
    keep_for interval CHECK (keep_for > '0'),
    every interval NOT NULL CHECK (every >= '1 second'),
    is_scheduled boolean NOT NULL DEFAULT true,
    full_every interval CHECK (full_every > '0'),
    settle interval NOT NULL CHECK (settle >= '0'),
    recheck_for interval NOT NULL CHECK (recheck_for >= '0'),
    vanished text NOT NULL CHECK (vanished IN ('mark', 'delete', 'keep')),
    max_vanished real NOT NULL CHECK (max_vanished BETWEEN 0 AND 1),
    is_paused boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (target_schema, target_table),
    CHECK ((mode = 'full') OR (time_column IS NOT NULL)),
    CHECK ((mode = 'by_window') = (key_columns IS NULL)),
    CHECK (mode <> 'by_window' OR since IS NOT NULL)
);
ALTER TABLE pendo.pull ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.pull
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.pull FOR SELECT
    USING (pendo._may_see(target_schema, target_table));
REVOKE ALL ON pendo.pull FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.pull', '');
COMMENT ON TABLE pendo.pull IS
    'pulls: local tables that are kept equal to live ones; see pendo.define_pull';
COMMENT ON COLUMN pendo.pull.name IS 'name; by default schema.table of the local table';
COMMENT ON COLUMN pendo.pull.owner IS 'role that it runs as';
COMMENT ON COLUMN pendo.pull.connection IS 'server of the source';
COMMENT ON COLUMN pendo.pull.source_schema IS 'schema of the live table';
COMMENT ON COLUMN pendo.pull.source_table IS 'the live table';
COMMENT ON COLUMN pendo.pull.target_schema IS 'schema of the local table';
COMMENT ON COLUMN pendo.pull.target_table IS 'the local table';
COMMENT ON COLUMN pendo.pull.mode IS
    'by_window: day by day; changes: by a column that tells the last change; full: compare everything';
COMMENT ON COLUMN pendo.pull.columns IS 'columns that are pulled';
COMMENT ON COLUMN pendo.pull.time_column IS
    'by_window: the column that windows cut; changes: the column that tells the last change';
COMMENT ON COLUMN pendo.pull.key_columns IS 'changes, full: columns that identify a row';
COMMENT ON COLUMN pendo.pull.since IS 'by_window: first day';
COMMENT ON COLUMN pendo.pull.keep_for IS
    'how long rows are kept, but not summaries of them; NULL: for ever';
COMMENT ON COLUMN pendo.pull.every IS 'how often it runs by itself, if it does';
COMMENT ON COLUMN pendo.pull.is_scheduled IS 'runs by itself; else only when asked';
COMMENT ON COLUMN pendo.pull.full_every IS
    'changes: how often everything is compared, which finds what vanished';
COMMENT ON COLUMN pendo.pull.settle IS
    'how long after its end a window may still change by late events';
COMMENT ON COLUMN pendo.pull.recheck_for IS
    'how long after that a closed window is looked at again, once a day';
COMMENT ON COLUMN pendo.pull.vanished IS
    'what happens to local rows that the source has no longer: mark (deleted_at), delete or keep';
COMMENT ON COLUMN pendo.pull.max_vanished IS
    'share of rows that may vanish at once; if more do, nothing is changed and pendo.problem says so';
COMMENT ON COLUMN pendo.pull.is_paused IS 'does not run';
COMMENT ON COLUMN pendo.pull.created_at IS 'when it was defined; windows before it are history';
COMMENT ON COLUMN pendo.pull.changed_at IS 'when its definition was last changed';
