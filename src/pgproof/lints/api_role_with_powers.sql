-- Row-level security and grants mean nothing for a role that owns the tables, bypasses it, or can become another.
-- level: ERROR
-- categories: SECURITY
-- found: API role can do more than its grants say | API roles can do more than their grants say
-- needs: role anon, role authenticated
SELECT role.name, 'can do more than its grants say: ' || string_agg(power, ', ' ORDER BY power),
  string_agg(mend, '; ' ORDER BY power)
FROM api_roles role
JOIN pg_roles r ON r.oid = role.oid
CROSS JOIN LATERAL (
  SELECT 'is superuser', 'ALTER ROLE ' || role.name || ' NOSUPERUSER' WHERE r.rolsuper
  UNION ALL
  SELECT 'bypasses row-level security', 'ALTER ROLE ' || role.name || ' NOBYPASSRLS' WHERE r.rolbypassrls
  UNION ALL
  SELECT 'can create roles', 'ALTER ROLE ' || role.name || ' NOCREATEROLE' WHERE r.rolcreaterole
  UNION ALL
  SELECT 'can create databases', 'ALTER ROLE ' || role.name || ' NOCREATEDB' WHERE r.rolcreatedb
  UNION ALL
  SELECT 'can replicate', 'ALTER ROLE ' || role.name || ' NOREPLICATION' WHERE r.rolreplication
  UNION ALL
  SELECT 'is a member of ' || m.roleid::regrole::text, 'REVOKE ' || m.roleid::regrole::text || ' FROM ' || role.name
    FROM pg_auth_members m WHERE m.member = r.oid
  UNION ALL
  SELECT 'owns ' || relation.identity, 'ALTER TABLE ' || relation.written || ' OWNER TO ' || (
      SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database())
    FROM relations relation WHERE relation.owner = r.oid
  UNION ALL
  SELECT 'can create objects in ' || s.name, 'REVOKE CREATE ON SCHEMA ' || quote_ident(s.name) || ' FROM PUBLIC, ' || role.name
    FROM schemas s WHERE has_schema_privilege(r.oid, s.oid, 'CREATE')
) AS powers (power, mend)
GROUP BY role.name
