SELECT 'publication', quote_ident(p.pubname), jsonb_build_object(
    'owner', p.pubowner::regrole::text,
    'all tables', p.puballtables,
    'insert', p.pubinsert, 'update', p.pubupdate, 'delete', p.pubdelete, 'truncate', p.pubtruncate,
    'via root', p.pubviaroot,
    'generated columns', nullif(to_jsonb(p) ->> 'pubgencols', 'n'),
    'comment', obj_description(p.oid, 'pg_publication')),
  NULL, NULL
FROM pg_publication p
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid)
