SELECT 'language', quote_ident(l.lanname), jsonb_build_object(
    'trusted', l.lanpltrusted, 'handler', l.lanplcallfoid::regproc::text, 'inline', l.laninline::regproc::text,
    'validator', l.lanvalidator::regproc::text, 'owner', l.lanowner::regrole::text,
    'comment', obj_description(l.oid, 'pg_language')),
  NULL, NULL
FROM pg_language l
WHERE l.oid >= 16384
  AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_language'::regclass AND e.objid = l.oid)
