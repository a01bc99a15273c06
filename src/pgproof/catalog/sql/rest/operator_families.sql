SELECT 'operator family', w.nspname || '.' || quote_ident(f.opfname) || ' using ' || m.amname,
  jsonb_build_object('owner', f.opfowner::regrole::text, 'comment', obj_description(f.oid, 'pg_opfamily')), NULL, NULL
FROM pg_opfamily f
JOIN wanted w ON w.oid = f.opfnamespace
JOIN pg_am m ON m.oid = f.opfmethod
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_opfamily'::regclass AND e.objid = f.oid)
