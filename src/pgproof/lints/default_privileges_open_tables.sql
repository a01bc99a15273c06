-- What is created later is then open to the API before anybody thought of it, with row-level security still off.
-- Projects have not begun like that since 30 October 2026.
-- level: WARN
-- categories: SECURITY
-- found: default opens tables to come to the API | defaults open tables to come to the API
-- needs: role anon, role authenticated
SELECT 'tables of ' || coalesce('schema ' || s.name, 'every schema') || ' by ' || owner.rolname || ' for ' || who.name,
  'are granted ' || string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type) || ' as soon as they are created',
  'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(owner.rolname)
    || coalesce(' IN SCHEMA ' || quote_ident(s.name), '') || ' REVOKE ALL ON TABLES FROM ' || who.name
FROM pg_default_acl d
JOIN pg_roles owner ON owner.oid = d.defaclrole
LEFT JOIN schemas s ON s.oid = d.defaclnamespace
CROSS JOIN aclexplode(d.defaclacl) x
JOIN (SELECT oid, name FROM api_roles UNION ALL SELECT 0, 'PUBLIC') AS who ON who.oid = x.grantee
WHERE d.defaclobjtype = 'r' AND (d.defaclnamespace = 0 OR s.exposed)
  -- What the platform's own roles create, its owner neither makes nor can change.
  AND owner.rolname NOT LIKE 'supabase\_%'
GROUP BY s.name, owner.rolname, who.name
