-- Without the version of the library, which belongs to the machine.
SELECT 'collation', w.nspname || '.' || quote_ident(c.collname), jsonb_build_object(
    'provider', c.collprovider, 'deterministic', c.collisdeterministic,
    'encoding', CASE WHEN c.collencoding >= 0 THEN pg_encoding_to_char(c.collencoding) END,
    'collate', c.collcollate, 'character type', c.collctype,
    'locale', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'),
    'rules', to_jsonb(c) ->> 'collicurules',
    'owner', c.collowner::regrole::text, 'comment', obj_description(c.oid, 'pg_collation')),
  NULL, NULL
FROM pg_collation c
JOIN wanted w ON w.oid = c.collnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_collation'::regclass AND e.objid = c.oid)
