SELECT 'extension', quote_ident(x.extname), jsonb_build_object(
    'version', x.extversion, 'schema', x.extnamespace::regnamespace::text, 'owner', x.extowner::regrole::text,
    'comment', obj_description(x.oid, 'pg_extension')),
  NULL, NULL
FROM pg_extension x
