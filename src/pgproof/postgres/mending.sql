-- The statements that take from the role that logged in whatever it could write with, in the order in which to run
-- them. What the role has through another role, it loses with its membership: that role's own grants may be what the
-- application lives on. A superuser and the database's owner get none, since they are needed as they are.
-- $1: only what everybody may do, so that no other role is changed than PUBLIC.
WITH
login AS (
  SELECT * FROM pg_roles WHERE rolname = session_user
),
others AS (
  SELECT r.* FROM pg_roles r, login WHERE pg_has_role(login.oid, r.oid, 'MEMBER') AND r.oid <> login.oid
),
owner AS (
  SELECT datdba AS oid FROM pg_database WHERE datname = current_database()
),
schemas AS (
  SELECT n.* FROM pg_namespace n WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
),
relations AS (
  SELECT c.oid, c.relkind, c.relowner, c.relacl, format('%I.%I', s.nspname, c.relname) AS name,
    EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      AS by_extension
  FROM schemas s JOIN pg_class c ON c.relnamespace = s.oid AND c.relkind IN ('r', 'p', 'v', 'f', 'S')
  WHERE EXISTS (SELECT FROM login r WHERE has_schema_privilege(r.oid, s.oid, 'USAGE'))
    OR EXISTS (SELECT FROM others r WHERE has_schema_privilege(r.oid, s.oid, 'USAGE'))
),
-- Every privilege to write that anybody was given: what, on which object, by whom, to whom (0 is PUBLIC).
grants (privilege, place, object_owner, grantor, grantee) AS (
  SELECT x.privilege_type, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.name, c.relowner,
      x.grantor, x.grantee
    FROM relations c, aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
                                                               c.relowner))) x
    WHERE NOT (c.by_extension AND x.grantee = 0)
      AND x.privilege_type = ANY (CASE c.relkind WHEN 'S' THEN '{USAGE,UPDATE}'
                                  ELSE '{INSERT,UPDATE,DELETE,TRUNCATE,TRIGGER,MAINTAIN}' END::text[])
  UNION ALL
  SELECT format('%s (%I)', x.privilege_type, a.attname), 'TABLE ' || c.name, c.relowner, x.grantor, x.grantee
    FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL, aclexplode(a.attacl) x
    WHERE NOT (c.by_extension AND x.grantee = 0) AND x.privilege_type IN ('INSERT', 'UPDATE')
  UNION ALL
  SELECT x.privilege_type, format('SCHEMA %I', s.nspname), s.nspowner, x.grantor, x.grantee
    FROM schemas s, aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) x
    WHERE x.privilege_type = 'CREATE'
  UNION ALL
  SELECT x.privilege_type, format('DATABASE %I', d.datname), d.datdba, x.grantor, x.grantee
    FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
    WHERE d.datname = current_database() AND x.privilege_type = 'CREATE'
  UNION ALL
  SELECT x.privilege_type, format('PARAMETER %I', p.parname), x.grantor, x.grantor, x.grantee
    FROM pg_parameter_acl p, aclexplode(p.paracl) x
),
owned (by) AS (
  SELECT DISTINCT refobjid FROM pg_shdepend
  WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o'
    AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
),
-- The other roles with which the role could write.
harmful AS (
  SELECT r.oid FROM others r
  WHERE r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
    OR r.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend',
                     'pg_maintain', 'pg_checkpoint', 'pg_create_subscription')
    OR r.oid IN (SELECT grantee FROM grants) OR r.oid IN (SELECT by FROM owned)
),
statements (rank, statement, doer, for_everybody) AS (
  SELECT 1, format('ALTER ROLE %I', rolname) || concat(
        CASE WHEN rolcreaterole THEN ' NOCREATEROLE' END, CASE WHEN rolcreatedb THEN ' NOCREATEDB' END,
        CASE WHEN rolreplication THEN ' NOREPLICATION' END),
      NULL::oid, false
    FROM login WHERE rolcreaterole OR rolcreatedb OR rolreplication
  UNION ALL
  SELECT 2, format('REVOKE %I FROM %I', pg_get_userbyid(m.roleid), login.rolname) ||
        -- A membership is one grantor's since PostgreSQL 16.
        CASE WHEN current_setting('server_version_num')::int >= 160000
             THEN format(' GRANTED BY %I', pg_get_userbyid(m.grantor)) ELSE '' END,
      CASE WHEN current_setting('server_version_num')::int >= 160000 THEN m.grantor END, false
    FROM login JOIN pg_auth_members m ON m.member = login.oid
    WHERE EXISTS (SELECT FROM harmful h WHERE pg_has_role(m.roleid, h.oid, 'MEMBER'))
  UNION ALL
  -- Only a member of a role may give away what it owns.
  SELECT 3, format('GRANT %1$I TO CURRENT_USER; REASSIGN OWNED BY %1$I TO CURRENT_USER; REVOKE %1$I FROM CURRENT_USER',
                   rolname), NULL, false
    FROM login WHERE oid IN (SELECT by FROM owned)
  UNION ALL
  SELECT 4,
      CASE WHEN g.grantor = g.object_owner THEN '' ELSE format('SET ROLE %I; ', pg_get_userbyid(g.grantor)) END ||
        format('REVOKE %s ON %s FROM %s', string_agg(g.privilege, ', ' ORDER BY g.privilege), g.place,
               CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(login.rolname) END) ||
        CASE WHEN g.grantor = g.object_owner THEN '' ELSE '; RESET ROLE' END,
      g.grantor, g.grantee = 0
    FROM login JOIN grants g ON g.grantee IN (0, login.oid)
    WHERE g.object_owner <> login.oid
    GROUP BY login.rolname, g.place, g.object_owner, g.grantor, g.grantee
)
SELECT s.statement || ';' ||
  -- Most are for the owner of the database; where that one has not the rights, the line says who has.
  CASE WHEN pg_has_role(owner.oid, s.doer, 'MEMBER') IS FALSE THEN format(' -- as %I', pg_get_userbyid(s.doer))
       ELSE '' END
FROM statements s, owner, login
WHERE NOT login.rolsuper AND login.oid <> owner.oid AND (s.for_everybody OR NOT $1)
ORDER BY s.rank, s.statement
