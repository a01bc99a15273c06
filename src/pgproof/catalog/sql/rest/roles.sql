-- Every role of the server but PostgreSQL's own, without its password, which nobody but a superuser can read. The
-- settings of one database are with the database. ALL: what ALTER ROLE ALL sets.
SELECT 'role', quote_ident(r.rolname), jsonb_build_object(
    'superuser', r.rolsuper, 'inherit', r.rolinherit, 'create role', r.rolcreaterole, 'create database', r.rolcreatedb,
    'login', r.rolcanlogin, 'replication', r.rolreplication, 'bypass row security', r.rolbypassrls,
    'connection limit', nullif(r.rolconnlimit, -1),
    'valid until', r.rolvaliduntil AT TIME ZONE 'UTC',
    'settings', (
      SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM pg_db_role_setting s, unnest(s.setconfig) o
      WHERE s.setrole = r.oid AND s.setdatabase = 0),
    'rights on parameters', (
      SELECT jsonb_agg(g ORDER BY g COLLATE "C")
      FROM pg_parameter_acl p, aclexplode(p.paracl) x, concat(
        x.privilege_type, ' on ', p.parname, CASE WHEN x.is_grantable THEN ' with grant option' END) g
      WHERE x.grantee = r.oid AND NOT r.rolsuper),
    'comment', shobj_description(r.oid, 'pg_authid')),
  NULL, NULL
FROM pg_roles r
WHERE r.rolname !~ '^pg_'
UNION ALL
SELECT 'role', 'ALL', jsonb_build_object('settings', (
    SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM pg_db_role_setting s, unnest(s.setconfig) o
    WHERE s.setrole = 0 AND s.setdatabase = 0)), NULL, NULL
