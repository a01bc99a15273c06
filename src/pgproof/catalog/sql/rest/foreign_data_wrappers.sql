SELECT 'foreign data wrapper', quote_ident(f.fdwname), jsonb_build_object(
    'handler', f.fdwhandler::regproc::text, 'validator', f.fdwvalidator::regproc::text,
    'secret options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(f.fdwoptions) o),
    'owner', f.fdwowner::regrole::text, 'comment', obj_description(f.oid, 'pg_foreign_data_wrapper')),
  NULL, NULL
FROM pg_foreign_data_wrapper f
WHERE NOT EXISTS (
  SELECT FROM extension_members e WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = f.oid)
