-- Every access list, written out: a privilege that an owner has by default is as good as a granted one.
SELECT 'grant', g.kind || ' ' || g.identity || ' to ' || g.grantee,
  jsonb_build_object('privileges', jsonb_agg(g.privilege ORDER BY g.privilege COLLATE "C")), g.kind, g.identity
FROM (
  SELECT l.kind, l.identity, coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC') AS grantee,
    x.privilege_type || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS privilege
  FROM (
    SELECT 'schema', nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM wanted
    UNION ALL
    SELECT 'relation', identity,
        coalesce(relacl, acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner))
      FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL
    SELECT 'column', r.identity || '.' || quote_ident(a.attname), a.attacl
      FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid
      WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'function', identity, coalesce(proacl, acldefault('f', proowner)) FROM functions
    UNION ALL
    SELECT 'type', identity, coalesce(typacl, acldefault('T', typowner)) FROM types
  ) l (kind, identity, acl), aclexplode(l.acl) x
) g
GROUP BY g.kind, g.identity, g.grantee
