-- The tables of schema auth hold addresses, password hashes and tokens, so the API roles must not read any of them.
-- level: ERROR
-- categories: SECURITY
-- found: table of schema auth can be read through the API | tables of schema auth can be read through the API
-- needs: role anon, role authenticated, table auth.users
SELECT 'auth.' || c.relname, 'can be read by ' || string_agg(r.name, ' and ' ORDER BY r.name),
  'REVOKE SELECT ON TABLE auth.' || quote_ident(c.relname) || ' FROM PUBLIC, anon, authenticated'
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'auth' CROSS JOIN api_roles r
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
GROUP BY c.relname
