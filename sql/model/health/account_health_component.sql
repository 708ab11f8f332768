-- Every component of every account, with the numbers behind it in words and as
-- jsonb.  A component without data has a row and no score.
CREATE VIEW account_health_component WITH (security_invoker = true) AS
SELECT c.account_id,
       c.component,
       c.score,
       w.weight,
       c.explanation,
       c.numbers
  FROM (SELECT account_id, 'activity' AS component, score,
               format('active on %s of %s days%s%s', active_days, days,
                      '; usually on ' || usual_days,
                      '; beats ' || population || ' % of active accounts')
                   AS explanation,
               jsonb_build_object('active_days', active_days, 'days', days,
                   'usual_days', usual_days, 'own', own,
                   'population', population) AS numbers
          FROM health_activity
        UNION ALL
        SELECT account_id, 'breadth', score,
               CASE WHEN score IS NULL THEN 'no data: no feature was used'
                    ELSE format('used %s features in %s days; %s are full marks',
                                features, days, target) END,
               jsonb_build_object('features', features, 'target', target,
                   'days', days)
          FROM health_breadth
        UNION ALL
        SELECT account_id, 'nps', score,
               CASE WHEN score IS NULL
                    THEN format('no data: %s answers in %s days', answers, days)
                    ELSE format('NPS %s of %s answers in %s days', nps, answers,
                                days) END,
               jsonb_build_object('answers', answers, 'promoters', promoters,
                   'detractors', detractors, 'nps', nps, 'days', days)
          FROM health_nps
        UNION ALL
        SELECT account_id, 'trend', score,
               CASE WHEN previous IS NULL
                    THEN format('no data: less than %s days are here', 2 * days)
                    WHEN score IS NULL
                    THEN format('no data: only %s visitor-days before', previous)
                    ELSE format('%s visitor-days in %s days, %s before',
                                current, days, previous) END,
               jsonb_build_object('current', current, 'previous', previous,
                   'days', days)
          FROM health_trend) AS c
  JOIN effective_health_weight w ON w.component = c.component;
REVOKE ALL ON account_health_component FROM PUBLIC;
COMMENT ON VIEW account_health_component IS
    'components of account health, with what they come from';
COMMENT ON COLUMN account_health_component.account_id IS 'account';
COMMENT ON COLUMN account_health_component.component IS
    'activity, breadth, nps or trend';
COMMENT ON COLUMN account_health_component.score IS
    '0 to 100, more is better; NULL: no data';
COMMENT ON COLUMN account_health_component.weight IS 'its weight';
COMMENT ON COLUMN account_health_component.explanation IS
    'what it comes from, in words';
COMMENT ON COLUMN account_health_component.numbers IS
    'what it comes from, as numbers';
