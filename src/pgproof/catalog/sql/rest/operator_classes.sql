SELECT 'operator class', w.nspname || '.' || quote_ident(c.opcname) || ' using ' || m.amname, jsonb_build_object(
    'family', f.opfnamespace::regnamespace::text || '.' || quote_ident(f.opfname),
    'type', c.opcintype::regtype::text, 'default', c.opcdefault, 'stored as', nullif(c.opckeytype, 0)::regtype::text,
    'owner', c.opcowner::regrole::text, 'comment', obj_description(c.oid, 'pg_opclass')),
  NULL, NULL
FROM pg_opclass c
JOIN wanted w ON w.oid = c.opcnamespace
JOIN pg_am m ON m.oid = c.opcmethod
JOIN pg_opfamily f ON f.oid = c.opcfamily
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_opclass'::regclass AND e.objid = c.oid)
