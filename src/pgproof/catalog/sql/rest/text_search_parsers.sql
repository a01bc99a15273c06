SELECT 'text search parser', w.nspname || '.' || quote_ident(p.prsname), jsonb_build_object(
    'start', p.prsstart::text, 'token', p.prstoken::text, 'end', p.prsend::text, 'headline', p.prsheadline::text,
    'types', p.prslextype::text, 'comment', obj_description(p.oid, 'pg_ts_parser')),
  NULL, NULL
FROM pg_ts_parser p
JOIN wanted w ON w.oid = p.prsnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_ts_parser'::regclass AND e.objid = p.oid)
