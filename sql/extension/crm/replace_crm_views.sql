-- Lay crm_account and crm_contact over the tables that a model has of CRMs.  A view that
-- the team has made its own stays as it is, and a NOTICE says so.
CREATE FUNCTION pendo._replace_crm_views(m pendo.model)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    template record;
    made pendo.model_object%ROWTYPE;
    statements text;
BEGIN
    FOR template IN
        SELECT d.* FROM pendo._default_model() d
         WHERE d.file IN ('crm/crm_account.sql', 'crm/crm_contact.sql')
         ORDER BY d.ordinal
    LOOP
        statements := pendo._model_statements(m, template.file, template.statements);
        SELECT * INTO made FROM pendo.model_object o
         WHERE o.connection = m.connection AND o.file = template.file;
        CONTINUE WHEN made.statements = statements AND pendo._is_as_made(m, made);
        IF pendo._find_relation(m.schema_name, substring(template.file FROM '/(.*)\.sql')::name) IS NOT NULL
           AND NOT coalesce(pendo._is_as_made(m, made), true) THEN
            -- Ours all the same, where the extension was dropped meanwhile.
            made.statements := statements;
            IF NOT pendo._is_as_made(m, made) THEN
                RAISE NOTICE 'view %.% is your own and stays as it is: put the tables of the CRM into it',
                    quote_ident(m.schema_name), substring(template.file FROM '/(.*)\.sql');
                CONTINUE;
            END IF;
        END IF;
        PERFORM pendo._create_model_object(m.connection, m.schema_name, template.file, statements);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._replace_crm_views(pendo.model) FROM PUBLIC;
COMMENT ON FUNCTION pendo._replace_crm_views(pendo.model) IS
    'lay crm_account and crm_contact over the tables that a model has of CRMs';
