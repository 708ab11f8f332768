-- The statements that make an object of a model: its template, or for crm_account and
-- crm_contact, once the model has tables of a CRM, a view over those.
CREATE FUNCTION pendo._model_statements(m pendo.model, file text, template text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(
      (SELECT format(E'CREATE VIEW %I WITH (security_invoker = true) AS\n', v.name)
              || string_agg(pendo._crm_select(t), E'\nUNION ALL\n' ORDER BY t.table_name)
              || E';\n' || substring(template FROM 'REVOKE ALL ON .*')
         FROM pendo.crm_table t
         JOIN (VALUES ('crm/crm_account.sql', 'crm_account'::name),
                      ('crm/crm_contact.sql', 'crm_contact')) AS v (file, name) ON v.name = t.view_name
        WHERE v.file = _model_statements.file
          AND t.owner = m.owner AND t.schema_name = m.schema_name
          AND pendo._find_relation(t.schema_name, t.table_name) IS NOT NULL
        GROUP BY v.name),
      template);
END;
REVOKE ALL ON FUNCTION pendo._model_statements(pendo.model, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._model_statements(pendo.model, text, text) IS
    'the statements that make an object of a model';
