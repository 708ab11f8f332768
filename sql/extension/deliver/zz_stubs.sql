CREATE TYPE pendo._step AS (method text, path text, body text, state jsonb, results jsonb);
CREATE TYPE pendo._remote_error AS (code text, message text);
CREATE FUNCTION pendo._hubspot_step(work jsonb, status integer, answer jsonb) RETURNS pendo._step LANGUAGE sql AS $$
SELECT CASE WHEN status IS NULL THEN ROW('POST','/crm/v3/objects/'||(work->>'object')||'/batch/upsert',
 (SELECT jsonb_build_object('inputs', jsonb_agg(jsonb_build_object('id', i->>'key','idProperty', work->>'key_field','objectWriteTraceId', i->>'item','properties', (i->'fields')||jsonb_build_object(work->>'key_field', i->>'key'))))::text FROM jsonb_array_elements(work->'items') i), '{}'::jsonb, NULL)::pendo._step
 ELSE ROW(NULL,NULL,NULL,NULL,(SELECT jsonb_agg(jsonb_build_object('item',(r->>'objectWriteTraceId')::bigint,'outcome','delivered','remote_id',r->>'id','is_created',r->'new')) FROM jsonb_array_elements(answer->'results') r))::pendo._step END $$;
CREATE FUNCTION pendo._salesforce_step(work jsonb, status integer, answer jsonb) RETURNS pendo._step LANGUAGE sql AS $$ SELECT NULL::pendo._step $$;
CREATE FUNCTION pendo._hubspot_error(status integer, answer jsonb) RETURNS pendo._remote_error LANGUAGE sql AS $$ SELECT ROW(answer->>'category', answer->>'message')::pendo._remote_error $$;
CREATE FUNCTION pendo._salesforce_error(status integer, answer jsonb) RETURNS pendo._remote_error LANGUAGE sql AS $$ SELECT NULL::pendo._remote_error $$;
CREATE FUNCTION pendo._error_class(connector text, status integer, code text, message text) RETURNS text LANGUAGE sql AS $$ SELECT CASE WHEN status = 429 THEN 'throttle' WHEN status = 0 OR status >= 500 THEN 'retry' WHEN status=400 THEN 'split' ELSE 'permanent' END $$;
CREATE FUNCTION pendo._note_push(work jsonb, results jsonb, org text) RETURNS void LANGUAGE sql AS $$ $$;
CREATE FUNCTION pendo._due_push() RETURNS TABLE (push text, owner name, due_at timestamptz) LANGUAGE sql AS $$ SELECT NULL::text, NULL::name, NULL::timestamptz WHERE false $$;
CREATE FUNCTION pendo._run_due_pushes() RETURNS void LANGUAGE sql AS $$ $$;
