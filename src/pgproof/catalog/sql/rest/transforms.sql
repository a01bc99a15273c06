SELECT 'transform', 'for ' || t.trftype::regtype::text || ' language ' || quote_ident(l.lanname), jsonb_build_object(
    'from SQL', t.trffromsql::regprocedure::text, 'to SQL', t.trftosql::regprocedure::text,
    'comment', obj_description(t.oid, 'pg_transform')),
  NULL, NULL
FROM pg_transform t
JOIN pg_language l ON l.oid = t.trflang
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_transform'::regclass AND e.objid = t.oid)
