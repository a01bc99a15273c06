-- Row-level security and grants mean nothing for a role that owns the tables, bypasses it, or can become another.
-- needs: role anon, role authenticated
SELECT role.name, 'can do more than its grants say: ' || string_agg(power, ', ' ORDER BY power),
  'ALTER ROLE ' || role.name || ' …, or REVOKE the membership, or ALTER … OWNER'
FROM api_roles role
JOIN pg_roles r ON r.oid = role.oid
CROSS JOIN LATERAL (
  SELECT 'is superuser' WHERE r.rolsuper
  UNION ALL
  SELECT 'bypasses row-level security' WHERE r.rolbypassrls
  UNION ALL
  SELECT 'can create roles' WHERE r.rolcreaterole
  UNION ALL
  SELECT 'can create databases' WHERE r.rolcreatedb
  UNION ALL
  SELECT 'can replicate' WHERE r.rolreplication
  UNION ALL
  SELECT 'is a member of ' || m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid
  UNION ALL
  SELECT 'owns ' || relation.identity FROM relations relation WHERE relation.owner = r.oid
  UNION ALL
  SELECT 'can create objects in ' || s.name FROM schemas s WHERE has_schema_privilege(r.oid, s.oid, 'CREATE')
) AS powers (power)
GROUP BY role.name
