SELECT 'text search dictionary', w.nspname || '.' || quote_ident(d.dictname), jsonb_build_object(
    'template', (SELECT tmplnamespace::regnamespace::text || '.' || tmplname FROM pg_ts_template WHERE oid = d.dicttemplate),
    'options', d.dictinitoption, 'owner', d.dictowner::regrole::text, 'comment', obj_description(d.oid, 'pg_ts_dict')),
  NULL, NULL
FROM pg_ts_dict d
JOIN wanted w ON w.oid = d.dictnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_ts_dict'::regclass AND e.objid = d.oid)
