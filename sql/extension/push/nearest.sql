-- Of some words the one most like another, by the pairs of letters that both have; NULL if
-- none is near.
CREATE FUNCTION pendo._nearest(word text, words text[])
RETURNS text
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT c.other
    FROM unnest(words) AS c (other)
   CROSS JOIN LATERAL (
         SELECT 2.0 * count(*) / (length(word) + length(c.other) + 2) AS likeness
           FROM (SELECT substr(' ' || lower(word) || ' ', i, 2) FROM generate_series(1, length(word) + 1) i
                 INTERSECT ALL
                 SELECT substr(' ' || lower(c.other) || ' ', i, 2) FROM generate_series(1, length(c.other) + 1) i) p) l
   WHERE l.likeness >= 0.4
   ORDER BY l.likeness DESC, c.other
   LIMIT 1;
END;
REVOKE ALL ON FUNCTION pendo._nearest(text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._nearest(text, text[]) IS 'of some words the one most like another';
