-- Defines account_day; see visitor_day.query.sql for how it is used.  It counts
-- from event and not from visitor_day, so that each summary stands alone.
SELECT day,
       coalesce(account_id, '') AS account_id,
       count(DISTINCT visitor_id) FILTER (
           WHERE visitor_id <> ''
             AND NOT starts_with(visitor_id, '_PENDO_T_')) AS visitors,
       coalesce(sum(num_events), 0)::bigint AS events,
       coalesce(sum(num_minutes), 0)::bigint AS minutes
  FROM event
 GROUP BY day, coalesce(account_id, '')
