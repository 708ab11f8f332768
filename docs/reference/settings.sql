-- Prints docs/reference/settings.md from the server's own list of settings:
-- psql -AtX -f docs/reference/settings.sql
\pset format unaligned
\pset tuples_only on
LOAD 'pendo_fdw';
SELECT $page$# Settings

Made by `make docs` from what the server knows of them. *user* may be set by
anybody for the session; *sighup* in postgresql.conf, then reload.
Only background workers need `shared_preload_libraries`; all else works without it.$page$;

SELECT format(E'\n| setting | default | unit | who | what it does |\n|---|---|---|---|---|\n%s',
              string_agg(format('| `%s` | `%s` | %s | %s | %s%s |', name, boot_val,
                         coalesce(unit, ''), context, short_desc,
                         coalesce(' ' || extra_desc, '')), E'\n' ORDER BY name COLLATE "C"))
  FROM pg_settings
 WHERE name LIKE 'pendo\_fdw.%';
