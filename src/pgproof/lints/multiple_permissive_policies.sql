-- Permissive policies are alternatives: each is evaluated for each row, and the weakest one decides.
-- level: WARN
-- found: command has more than one permissive policy | commands have more than one permissive policy
-- needs: role anon, role authenticated
SELECT p.relation_identity || ' ' || command.name || ' by ' || role.name,
  'more than one permissive policy: ' || string_agg(p.name, ', ' ORDER BY p.name),
  'join them into one policy with OR'
FROM policies p
JOIN (VALUES ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) AS command (code, name)
  ON p.command IN (command.code, '*')
JOIN api_roles role
  ON EXISTS (SELECT FROM unnest(p.roles) member WHERE member = 0 OR pg_has_role(role.oid, member, 'USAGE'))
WHERE p.permissive
GROUP BY p.relation_identity, command.name, role.name
HAVING count(*) > 1
