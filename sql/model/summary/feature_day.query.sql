-- Defines feature_day; see visitor_day.query.sql for how it is used.
SELECT day,
       coalesce(feature_id, '') AS feature_id,
       coalesce(account_id, '') AS account_id,
       count(DISTINCT visitor_id) FILTER (
           WHERE visitor_id <> ''
             AND NOT starts_with(visitor_id, '_PENDO_T_')) AS visitors,
       coalesce(sum(num_events), 0)::bigint AS events,
       coalesce(sum(num_minutes), 0)::bigint AS minutes
  FROM feature_event
 GROUP BY day, coalesce(feature_id, ''), coalesce(account_id, '')
