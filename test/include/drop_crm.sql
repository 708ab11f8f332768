SET client_min_messages = error;
DROP SERVER hub, force CASCADE;
DROP SCHEMA hub, force, crm_there CASCADE;
DO $$
DECLARE
    wrapper text;
    command text;
BEGIN
    FOREACH wrapper IN ARRAY '{hubspot_fdw,salesforce_fdw}'::text[] LOOP
        SELECT format('ALTER FOREIGN DATA WRAPPER %I HANDLER %s VALIDATOR %s', fdwname, fdwhandler, fdwvalidator)
          INTO command FROM public.real_wrapper WHERE fdwname = wrapper;
        EXECUTE coalesce(command, format('DROP FOREIGN DATA WRAPPER %I', wrapper));
    END LOOP;
END $$;
DROP TABLE public.real_wrapper;
DROP EXTENSION postgres_fdw;
RESET client_min_messages;
