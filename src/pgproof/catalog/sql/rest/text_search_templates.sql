SELECT 'text search template', w.nspname || '.' || quote_ident(t.tmplname), jsonb_build_object(
    'init', t.tmplinit::text, 'lexize', t.tmpllexize::text, 'comment', obj_description(t.oid, 'pg_ts_template')),
  NULL, NULL
FROM pg_ts_template t
JOIN wanted w ON w.oid = t.tmplnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_ts_template'::regclass AND e.objid = t.oid)
