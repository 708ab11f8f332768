CREATE FUNCTION pendo._note_push(work jsonb, results jsonb, org text) RETURNS void LANGUAGE sql AS $$ $$;
CREATE FUNCTION pendo._due_push() RETURNS TABLE (push text, owner name, due_at timestamptz) LANGUAGE sql AS $$ SELECT NULL::text, NULL::name, NULL::timestamptz WHERE false $$;
CREATE FUNCTION pendo._run_due_pushes() RETURNS void LANGUAGE sql AS $$ $$;
