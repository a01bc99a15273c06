-- Permissive policies are alternatives: each is evaluated for each row, and the weakest one decides.
-- level: WARN
-- categories: PERFORMANCE
-- found: command has more than one permissive policy | commands have more than one permissive policy
-- needs: role anon, role authenticated
-- On storage.objects each bucket has its own policies, so several are what the platform intends.
WITH judged AS (
  SELECT oid, name FROM api_roles
  UNION
  SELECT r.oid, r.rolname::text FROM policies p, unnest(p.roles) member JOIN pg_roles r ON r.oid = member
  WHERE NOT r.rolbypassrls AND r.rolname NOT LIKE 'pg\_%' AND r.rolname NOT LIKE 'supabase%admin'
)
SELECT p.relation_identity || ' ' || command.name || ' by ' || role.name,
  'more than one permissive policy: ' || string_agg(p.name, ', ' ORDER BY p.name),
  'join them into one policy with OR'
FROM policies p
JOIN (VALUES ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) AS command (code, name)
  ON p.command IN (command.code, '*')
JOIN judged role
  ON EXISTS (SELECT FROM unnest(p.roles) member WHERE member = 0 OR pg_has_role(role.oid, member, 'USAGE'))
WHERE p.permissive AND NOT p.platform
GROUP BY p.relation_identity, command.name, role.name
HAVING count(*) > 1
