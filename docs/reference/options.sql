-- Prints docs/reference/options.md from the data that checks options:
-- psql -AtXq -f docs/reference/options.sql
\pset format unaligned
\pset tuples_only on
SELECT $page$# Options

Made by `make docs` from the data that checks options. Durations are numbers
with a unit (`500ms`, `10s`, `5min`; ms without one), sizes likewise (`64MB`; kB
without one). An option of a table goes before the same option of its server.
Options marked **privileged** may be set only by superusers and members of
`pg_read_server_files`. A **secret** is never repeated in a message; it lies in the
catalogue as it was typed, so each has a counterpart that names a file.$page$;

SELECT format(E'\n## %s: of a %s\n\n| option | value | default | what it does |\n|---|---|---|---|\n%s',
              c.title, place,
              string_agg(format('| `%s` | %s | %s | %s%s%s |', name,
                         coalesce('`' || replace(choices, ',', '`, `') || '`', form),
                         CASE WHEN is_required THEN '*required*'
                              ELSE coalesce('`' || replace(preset, '|', '\|') || '`', '') END,
                         replace(description, '|', '\|'),
                         CASE WHEN is_privileged THEN ' **Privileged.**' ELSE '' END,
                         CASE WHEN is_secret THEN ' **Secret.**' ELSE '' END),
                         E'\n' ORDER BY name))
  FROM (VALUES (1, 'Pendo', 'pendo_fdw'), (2, 'HubSpot', 'hubspot_fdw'),
               (3, 'Salesforce', 'salesforce_fdw')) AS c (n, title, connector),
       pendo._option(c.connector)
 GROUP BY c.n, c.title, place
 ORDER BY c.n, array_position('{server,user mapping,table,column}', place);
