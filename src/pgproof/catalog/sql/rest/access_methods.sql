SELECT 'access method', quote_ident(m.amname), jsonb_build_object(
    'type', m.amtype, 'handler', m.amhandler::regproc::text, 'comment', obj_description(m.oid, 'pg_am')),
  NULL, NULL
FROM pg_am m
WHERE m.oid >= 16384
  AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_am'::regclass AND e.objid = m.oid)
