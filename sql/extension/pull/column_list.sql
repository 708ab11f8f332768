-- Columns as a list for a statement: "a, b", or "t.a, t.b" with a prefix.
CREATE FUNCTION pendo._column_list(columns name[], prefix text DEFAULT '')
RETURNS text
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT string_agg(prefix || quote_ident(c), ', ' ORDER BY n)
    FROM unnest(columns) WITH ORDINALITY AS u (c, n);
END;
REVOKE ALL ON FUNCTION pendo._column_list(name[], text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._column_list(name[], text) IS
    'columns as a list for a statement';
