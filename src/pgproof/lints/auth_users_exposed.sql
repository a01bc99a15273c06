-- A view on auth.users in an exposed schema gives away everybody's email address.
-- level: ERROR
-- found: view shows auth.users to callers of the API | views show auth.users to callers of the API
-- needs: exposed schema, role anon, role authenticated, table auth.users
SELECT r.identity, 'shows auth.users to ' || r.readers,
  'REVOKE SELECT ON TABLE ' || r.written || ' FROM PUBLIC, anon, authenticated'
FROM relations r
WHERE r.exposed AND r.kind IN ('v', 'm') AND r.readers IS NOT NULL
  AND EXISTS (
    SELECT FROM pg_rewrite w
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
      AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class users ON users.oid = d.refobjid AND users.relname = 'users'
    JOIN pg_namespace n ON n.oid = users.relnamespace AND n.nspname = 'auth'
    WHERE w.ev_class = r.oid
  )
