SELECT 'grant', g.kind || ' ' || g.identity || ' to ' || g.grantee,
  jsonb_build_object('privileges', jsonb_agg(g.privilege ORDER BY g.privilege COLLATE "C")), g.kind, g.identity
FROM (
  SELECT l.kind, l.identity, coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC') AS grantee,
    x.privilege_type || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS privilege
  FROM (
    SELECT 'database', 'compared', coalesce(datacl, acldefault('d', datdba)) FROM pg_database
      WHERE datname = current_database()
    UNION ALL
    SELECT 'language', quote_ident(lanname), coalesce(lanacl, acldefault('l', lanowner)) FROM pg_language
    UNION ALL
    SELECT 'foreign data wrapper', quote_ident(fdwname), coalesce(fdwacl, acldefault('F', fdwowner))
      FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT 'foreign server', quote_ident(srvname), coalesce(srvacl, acldefault('S', srvowner)) FROM pg_foreign_server
  ) l (kind, identity, acl), aclexplode(l.acl) x
) g
GROUP BY g.kind, g.identity, g.grantee
