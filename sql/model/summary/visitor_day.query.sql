-- Defines visitor_day.  Without a semicolon: whoever keeps the summary wraps it
-- and adds a range of days, which goes down to the scan because day is a group key.
SELECT day,
       coalesce(visitor_id, '') AS visitor_id,
       coalesce(account_id, '') AS account_id,
       coalesce(app_id, 0) AS app_id,
       coalesce(sum(num_events), 0)::bigint AS events,
       coalesce(sum(num_minutes), 0)::bigint AS minutes
  FROM event
 GROUP BY day, coalesce(visitor_id, ''), coalesce(account_id, ''),
          coalesce(app_id, 0)
