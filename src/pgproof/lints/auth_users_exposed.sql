-- A view on auth.users in an exposed schema gives away everybody's email address. A view with security_invoker reads with
-- its caller's rights, so it shows only what the caller may read himself.
-- level: ERROR
-- categories: SECURITY
-- found: view shows auth.users to callers of the API | views show auth.users to callers of the API
-- needs: exposed schema, role anon, role authenticated, table auth.users
WITH RECURSIVE
users AS (
  SELECT c.oid, c.relrowsecurity AS row_security, c.relowner AS owner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = 'auth' AND c.relname = 'users'
),
reads AS (
  SELECT DISTINCT v.oid AS view, v.relkind = 'm' AS stored, v.relowner AS owner, d.refobjid AS target,
    EXISTS (SELECT FROM unnest(v.reloptions) option WHERE option ~* '^security_invoker=(true|on|yes|1)$') AS invoker
  FROM pg_class v
  JOIN pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
  WHERE v.relkind IN ('v', 'm')
),
-- By exposed view and caller: what is read behind it, and as whom.
behind (view, caller, target, reader) AS (
  SELECT r.oid, role.name, reads.target, CASE WHEN reads.invoker THEN role.oid ELSE reads.owner END
  FROM relations r
  JOIN reads ON reads.view = r.oid
  JOIN api_roles role ON has_any_column_privilege(role.oid, r.oid, 'SELECT')
  WHERE r.exposed
  UNION
  SELECT b.view, b.caller, reads.target, CASE WHEN reads.invoker THEN b.reader ELSE reads.owner END
  FROM behind b
  JOIN reads ON reads.view = b.target AND has_any_column_privilege(b.reader, b.target, 'SELECT')
)
SELECT r.identity, 'shows auth.users to ' || string_agg(DISTINCT b.caller, ' and ' ORDER BY b.caller),
  'REVOKE SELECT ON TABLE ' || r.written || ' FROM PUBLIC, anon, authenticated'
FROM behind b
JOIN relations r ON r.oid = b.view
JOIN users ON users.oid = b.target
JOIN pg_roles reader ON reader.oid = b.reader
WHERE has_any_column_privilege(reader.oid, users.oid, 'SELECT')
  AND (NOT users.row_security OR reader.rolsuper OR reader.rolbypassrls OR pg_has_role(reader.oid, users.owner, 'USAGE')
    OR EXISTS (
      SELECT FROM pg_policy p, unnest(p.polroles) member
      WHERE p.polrelid = users.oid AND p.polcmd IN ('r', '*') AND p.polpermissive
        AND (member = 0 OR pg_has_role(reader.oid, member, 'USAGE'))))
GROUP BY r.identity, r.written
