SELECT 'schema', w.nspname,
  jsonb_build_object('owner', w.nspowner::regrole::text, 'comment', obj_description(w.oid, 'pg_namespace')),
  NULL, NULL
FROM wanted w
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_namespace'::regclass AND e.objid = w.oid)
