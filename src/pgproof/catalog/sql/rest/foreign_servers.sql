SELECT 'foreign server', quote_ident(s.srvname), jsonb_build_object(
    'wrapper', f.fdwname, 'type', s.srvtype, 'version', s.srvversion,
    'secret options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(s.srvoptions) o),
    'owner', s.srvowner::regrole::text, 'comment', obj_description(s.oid, 'pg_foreign_server')),
  NULL, NULL
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper f ON f.oid = s.srvfdw
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid)
