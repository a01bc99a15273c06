SELECT 'conversion', w.nspname || '.' || quote_ident(c.conname), jsonb_build_object(
    'from', pg_encoding_to_char(c.conforencoding), 'to', pg_encoding_to_char(c.contoencoding),
    'function', c.conproc::regproc::text, 'default', c.condefault,
    'owner', c.conowner::regrole::text, 'comment', obj_description(c.oid, 'pg_conversion')),
  NULL, NULL
FROM pg_conversion c
JOIN wanted w ON w.oid = c.connamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_conversion'::regclass AND e.objid = c.oid)
