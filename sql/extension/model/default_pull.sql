-- How each object is pulled into a model: its mode, the column that tells the time,
-- and its key.
CREATE VIEW pendo._default_pull AS
SELECT v.*
  FROM (VALUES
        ('visitor', 'changes', 'auto_lastupdated', '{visitor_id}'::name[]),
        ('account', 'changes', 'auto_lastupdated', '{account_id}'),
        ('event', 'by_window', 'day', NULL),
        ('page_event', 'by_window', 'day', NULL),
        ('feature_event', 'by_window', 'day', NULL),
        ('track_event', 'by_window', 'day', NULL),
        ('guide_event', 'by_window', 'browser_time', NULL),
        ('poll_event', 'by_window', 'browser_time', NULL),
        ('nps_response', 'by_window', 'browser_time', NULL),
        ('page', 'full', NULL, '{id}'),
        ('feature', 'full', NULL, '{id}'),
        ('track_type', 'full', NULL, '{id}'),
        ('app', 'full', NULL, '{id}'),
        ('product_area', 'full', NULL, '{id}'),
        ('guide', 'full', NULL, '{id}'),
        ('guide_step', 'full', NULL, '{guide_id,id}'),
        ('poll', 'full', NULL, '{guide_id,id}'),
        ('segment', 'full', NULL, '{id}'),
        ('report', 'full', NULL, '{id}'),
        ('feedback', 'full', NULL, '{id}'),
        ('vote', 'full', NULL, '{id}'))
       AS v (object, mode, time_column, key_columns);
REVOKE ALL ON pendo._default_pull FROM PUBLIC;
COMMENT ON VIEW pendo._default_pull IS 'how each object is pulled into a model';
COMMENT ON COLUMN pendo._default_pull.object IS 'what the live table shows';
COMMENT ON COLUMN pendo._default_pull.mode IS 'as in pendo.pull';
COMMENT ON COLUMN pendo._default_pull.time_column IS
    'column that windows cut, or that tells the last change; without it there, full';
COMMENT ON COLUMN pendo._default_pull.key_columns IS 'columns that identify a row';
