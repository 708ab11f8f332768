-- A text with the values of its placeholders: {score} is member "score", and nothing if
-- there is none.  A value's own braces are text.
CREATE FUNCTION pendo._fill(template text, "values" jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT string_agg(coalesce(p.text, '') || coalesce("values" ->> n.name, ''), '' ORDER BY p.n)
    FROM regexp_split_to_table(template, '\{\w+\}') WITH ORDINALITY AS p (text, n)
    LEFT JOIN (SELECT m.found[1] AS name, m.n
                 FROM regexp_matches(template, '\{(\w+)\}', 'g') WITH ORDINALITY AS m (found, n)) n
      ON n.n = p.n;
END;
REVOKE ALL ON FUNCTION pendo._fill(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._fill(text, jsonb) IS 'a text with the values of its placeholders';
