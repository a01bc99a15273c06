-- What people changed in the grants on objects of extensions and of the system: pg_init_privs has those that these came
-- with. What an owner has follows from who it is.
SELECT 'changed grant', c.kind || ' ' || c.identity || ' to ' || c.grantee, jsonb_build_object(
    'added', jsonb_agg(c.privilege ORDER BY c.privilege COLLATE "C") FILTER (WHERE c.is_there),
    'revoked', jsonb_agg(c.privilege ORDER BY c.privilege COLLATE "C") FILTER (WHERE NOT c.is_there)),
  CASE WHEN c.extname IS NOT NULL THEN 'extension' END, quote_ident(c.extname)
FROM (
  SELECT o.kind, o.extname,
    CASE o.class
      WHEN 'pg_class'::regclass THEN o.oid::regclass::text || coalesce('.' || quote_ident(o.attname), '')
      WHEN 'pg_proc'::regclass THEN o.oid::regprocedure::text
      WHEN 'pg_type'::regclass THEN o.oid::regtype::text
      ELSE quote_ident(o.name) END,
    coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC'),
    x.privilege_type || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END,
    x.is_there
  FROM (
    SELECT a.*, x.extname, coalesce(i.initprivs, CASE WHEN a.subid = 0 THEN acldefault(a.acl_kind, a.owner) END)
    FROM (
      SELECT 'relation', 'pg_class'::regclass, c.oid, 0, NULL, NULL, c.relowner, c.relacl,
        CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"
      FROM pg_class c WHERE c.relacl IS NOT NULL
      UNION ALL
      SELECT 'column', 'pg_class'::regclass, c.oid, a.attnum, NULL, a.attname, c.relowner, a.attacl, 'c'
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND a.attnum > 0
      UNION ALL
      SELECT 'function', 'pg_proc'::regclass, p.oid, 0, NULL, NULL, p.proowner, p.proacl, 'f'
      FROM pg_proc p WHERE p.proacl IS NOT NULL
      UNION ALL
      SELECT 'type', 'pg_type'::regclass, t.oid, 0, NULL, NULL, t.typowner, t.typacl, 'T'
      FROM pg_type t WHERE t.typacl IS NOT NULL
      UNION ALL
      SELECT 'schema', 'pg_namespace'::regclass, n.oid, 0, n.nspname, NULL, n.nspowner, n.nspacl, 'n'
      FROM pg_namespace n WHERE n.nspacl IS NOT NULL AND n.nspname IN ('pg_catalog', 'information_schema')
    ) a (kind, class, oid, subid, name, attname, owner, acl, acl_kind)
    LEFT JOIN pg_depend d ON d.classid = a.class AND d.objid = a.oid AND d.deptype = 'e'
    LEFT JOIN pg_extension x ON x.oid = d.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = a.class AND i.objoid = a.oid AND i.objsubid = a.subid
    WHERE a.oid < 16384 OR d.objid IS NOT NULL
  ) o (kind, class, oid, subid, name, attname, owner, acl, acl_kind, extname, initial),
  LATERAL (
    SELECT n.grantee, n.privilege_type, n.is_grantable, true FROM aclexplode(o.acl) n
    WHERE NOT EXISTS (
      SELECT FROM aclexplode(o.initial) b
      WHERE b.grantee = n.grantee AND b.privilege_type = n.privilege_type AND b.is_grantable = n.is_grantable)
      AND (n.grantee <> o.owner OR EXISTS (SELECT FROM aclexplode(o.initial) b WHERE b.grantee = o.owner))
    UNION
    SELECT b.grantee, b.privilege_type, b.is_grantable, false FROM aclexplode(o.initial) b
    WHERE NOT EXISTS (
      SELECT FROM aclexplode(o.acl) n
      WHERE b.grantee = n.grantee AND b.privilege_type = n.privilege_type AND b.is_grantable = n.is_grantable)
      AND (b.grantee <> b.grantor OR b.grantee = o.owner)
  ) x (grantee, privilege_type, is_grantable, is_there)
  WHERE o.acl IS DISTINCT FROM o.initial
) c (kind, extname, identity, grantee, privilege, is_there)
GROUP BY c.kind, c.identity, c.grantee, c.extname
