-- A connection of the test's own to the stand-in: server and schema :server.
\getenv url PENDO_SANDBOX_URL
\getenv key PENDO_SANDBOX_KEY
SET client_min_messages = warning;
SELECT count(*) AS statements
  FROM pendo.connect(:'server', 'America/New_York', integration_key => :'key',
           schema => :'server', options => jsonb_build_object(
               'base_url', :'url', 'requests_per_second', 10000,
               'request_burst', 10000));
RESET client_min_messages;
SET search_path = :"server", public;
SET timezone = 'UTC';
