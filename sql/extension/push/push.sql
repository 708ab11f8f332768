-- Pushes: one row for each view or table that remote records are kept equal to.  Below
-- "changed_at" stands how far each is; "revision" moves with each run and each change, so
-- that of two who look at once only one writes.
CREATE TABLE pendo.push (
    name text PRIMARY KEY CHECK (name <> ''),
    owner name NOT NULL DEFAULT current_user,
    connection name NOT NULL,
    object text NOT NULL CHECK (object <> ''),
    operation text NOT NULL DEFAULT 'upsert' CHECK (operation IN ('upsert', 'update')),
    key_field text CHECK (key_field <> ''),
    source_schema name NOT NULL,
    source_table name NOT NULL,
    key_column name NOT NULL,
    columns jsonb NOT NULL CHECK (jsonb_typeof(columns) = 'object' AND columns <> '{}'),
    carry name[] NOT NULL DEFAULT '{}',
    sources jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(sources) = 'object'),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'trial', 'live', 'paused')),
    trial_limit integer CHECK (trial_limit > 0),
    adopt boolean NOT NULL DEFAULT true,
    every interval NOT NULL DEFAULT '5 minutes' CHECK (every >= '1 second'),
    full_every interval NOT NULL DEFAULT '1 day' CHECK (full_every > '0'),
    is_scheduled boolean NOT NULL DEFAULT true,
    max_changed real NOT NULL DEFAULT 0.5 CHECK (max_changed BETWEEN 0 AND 1),
    max_vanished real NOT NULL DEFAULT 0.2 CHECK (max_vanished BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    revision bigint NOT NULL DEFAULT 0,
    org text NOT NULL DEFAULT '',
    last_run_at timestamptz,
    full_at timestamptz,
    due_at timestamptz NOT NULL DEFAULT now(),
    held_at timestamptz,
    held_changed bigint,
    held_vanished bigint,
    allowed_changed bigint,
    allowed_vanished bigint,
    failures integer NOT NULL DEFAULT 0,
    failed_at timestamptz,
    failure text,
    CHECK (operation <> 'upsert' OR key_field IS NOT NULL),
    CHECK (state <> 'trial' OR trial_limit IS NOT NULL)
);
ALTER TABLE pendo.push ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.push
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.push FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.push FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.push', '');
COMMENT ON TABLE pendo.push IS
    'pushes: remote records that are kept equal to a view or table; see pendo.define_push';
COMMENT ON COLUMN pendo.push.name IS 'name';
COMMENT ON COLUMN pendo.push.owner IS 'role that it runs as';
COMMENT ON COLUMN pendo.push.connection IS 'server that it goes to';
COMMENT ON COLUMN pendo.push.object IS 'kind of record, as the remote API names it';
COMMENT ON COLUMN pendo.push.operation IS
    'upsert: missing records are made; update: they must be there';
COMMENT ON COLUMN pendo.push.key_field IS
    'remote field that identifies the record; NULL: key_column holds remote ids';
COMMENT ON COLUMN pendo.push.source_schema IS 'schema of the source';
COMMENT ON COLUMN pendo.push.source_table IS 'the source, a view or table';
COMMENT ON COLUMN pendo.push.key_column IS 'column of the source that identifies a row';
COMMENT ON COLUMN pendo.push.columns IS 'columns that are sent, and the remote field of each';
COMMENT ON COLUMN pendo.push.carry IS
    'of these, columns that are sent along, but whose change alone sends nothing';
COMMENT ON COLUMN pendo.push.sources IS
    'tables that the source reads, and the column of each that holds the key: only keys changed there are looked at between full passes';
COMMENT ON COLUMN pendo.push.state IS
    'draft: sends nothing; trial: the first trial_limit records; live; paused';
COMMENT ON COLUMN pendo.push.trial_limit IS 'trial: so many records at most';
COMMENT ON COLUMN pendo.push.adopt IS
    'look at records never sent before, and send what differs';
COMMENT ON COLUMN pendo.push.every IS 'how often it runs by itself, if it does';
COMMENT ON COLUMN pendo.push.full_every IS
    'how often everything is compared, which finds what changes with time alone';
COMMENT ON COLUMN pendo.push.is_scheduled IS 'runs by itself; else only when asked';
COMMENT ON COLUMN pendo.push.max_changed IS
    'share of records that may change at once; if more do, nothing is sent and pendo.problem says so';
COMMENT ON COLUMN pendo.push.max_vanished IS
    'share of records that may vanish from the source at once, likewise';
COMMENT ON COLUMN pendo.push.created_at IS 'when it was defined';
COMMENT ON COLUMN pendo.push.changed_at IS 'when its definition was last changed';
COMMENT ON COLUMN pendo.push.revision IS 'moves with each run and each change';
COMMENT ON COLUMN pendo.push.org IS 'remote organisation of the last run; empty: not known yet';
COMMENT ON COLUMN pendo.push.last_run_at IS 'when it last looked for changes';
COMMENT ON COLUMN pendo.push.full_at IS 'when it last compared everything; NULL: to be done';
COMMENT ON COLUMN pendo.push.due_at IS 'when it runs next by itself, unless sources change before';
COMMENT ON COLUMN pendo.push.held_at IS 'since when it waits for pendo.allow_push()';
COMMENT ON COLUMN pendo.push.held_changed IS 'how many records would change';
COMMENT ON COLUMN pendo.push.held_vanished IS 'how many vanished';
COMMENT ON COLUMN pendo.push.allowed_changed IS 'how many may change in the next run';
COMMENT ON COLUMN pendo.push.allowed_vanished IS 'how many may have vanished in the next run';
COMMENT ON COLUMN pendo.push.failures IS 'runs in a row that failed';
COMMENT ON COLUMN pendo.push.failed_at IS 'when the last of them failed';
COMMENT ON COLUMN pendo.push.failure IS 'why the last run failed';
