SELECT 'policy', r.identity || ' ' || quote_ident(p.polname), jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', (
      SELECT jsonb_agg(name ORDER BY name COLLATE "C")
      FROM unnest(p.polroles) role, coalesce(nullif(role, 0)::regrole::text, 'PUBLIC') name),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'with check', pg_get_expr(p.polwithcheck, p.polrelid),
    'calls', b.names,
    'comment', obj_description(p.oid, 'pg_policy')),
  r.parent_kind, r.parent
FROM pg_policy p
JOIN with_members r ON r.oid = p.polrelid
LEFT JOIN calls b ON b.classid = 'pg_policy'::regclass AND b.objid = p.oid
