-- The columns that a push sends, each with its remote field.  In: an object column ->
-- field, or an array of columns whose fields have the same names, where "*" stands for all
-- but the key; columns that are carried need not be named.
CREATE FUNCTION pendo._choose_columns(source regclass, key_column name, columns jsonb, carry name[])
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(jsonb_object_agg(c.name, c.field ORDER BY c.rank), '{}')
    FROM (SELECT u.name, u.name AS field, 0 AS rank FROM unnest(carry) AS u (name)
          UNION ALL
          SELECT u.name, u.name, 1
            FROM jsonb_array_elements_text(CASE jsonb_typeof(columns) WHEN 'array' THEN columns ELSE '[]' END)
              AS u (name)
           WHERE u.name <> '*'
          UNION ALL
          SELECT d.name, d.name, 1 FROM pendo._push_column(source) d
           WHERE columns @> '["*"]' AND d.name <> key_column
          UNION ALL
          SELECT o.key, o.value, 2
            FROM jsonb_each_text(CASE jsonb_typeof(columns) WHEN 'object' THEN columns ELSE '{}' END) o) c;
END;
REVOKE ALL ON FUNCTION pendo._choose_columns(regclass, name, jsonb, name[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._choose_columns(regclass, name, jsonb, name[]) IS
    'the columns that a push sends, each with its remote field';
