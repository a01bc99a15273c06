-- The roles that matter here: owners, grantees, roles of policies and of default privileges, the owner of the database
-- and the roles of the API; and the roles that these are members of. What lies in the platform's schemas names none.
(
WITH RECURSIVE named (oid) AS (
  SELECT datdba FROM pg_database WHERE datname = current_database()
  UNION
  SELECT oid FROM pg_roles WHERE rolname IN ('authenticator', 'anon', 'authenticated', 'service_role')
  UNION
  -- The superuser that the server began with is not in pg_shdepend.
  SELECT relowner FROM relations WHERE nspname <> ALL ($2::text[])
  UNION
  SELECT proowner FROM functions WHERE nspname <> ALL ($2::text[])
  UNION
  SELECT d.refobjid
  FROM pg_shdepend d
  LEFT JOIN pg_policy y ON d.classid = 'pg_policy'::regclass AND y.oid = d.objid
  LEFT JOIN pg_class c ON c.oid = CASE d.classid WHEN 'pg_class'::regclass THEN d.objid ELSE y.polrelid END
  LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
  LEFT JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
  LEFT JOIN pg_default_acl a ON d.classid = 'pg_default_acl'::regclass AND a.oid = d.objid
  LEFT JOIN pg_namespace n ON n.oid = coalesce(c.relnamespace, p.pronamespace, t.typnamespace, a.defaclnamespace,
    CASE d.classid WHEN 'pg_namespace'::regclass THEN d.objid END)
  LEFT JOIN extension_members e ON e.classid = d.classid AND e.objid = d.objid
  WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND d.refclassid = 'pg_authid'::regclass AND d.deptype IN ('o', 'a', 'r') AND e.objid IS NULL
    AND d.classid NOT IN ('pg_event_trigger'::regclass, 'pg_extension'::regclass)
    AND (n.nspname IS NULL OR n.nspname <> ALL ($2::text[]))
), all_named (oid) AS (
  SELECT oid FROM named
  UNION
  SELECT m.roleid FROM all_named d JOIN pg_auth_members m ON m.member = d.oid
)
SELECT 'named role', n.oid::regrole::text, '{}'::jsonb, NULL, NULL FROM all_named n
)
