SELECT 'policy', r.identity || ' ' || quote_ident(p.polname), jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', (
      SELECT jsonb_agg(name ORDER BY name COLLATE "C")
      FROM unnest(p.polroles) role, coalesce(nullif(role, 0)::regrole::text, 'PUBLIC') name),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'with check', pg_get_expr(p.polwithcheck, p.polrelid),
    'comment', obj_description(p.oid, 'pg_policy')),
  'relation', r.identity
FROM pg_policy p
JOIN relations r ON r.oid = p.polrelid
