-- The tables that are published in effect: by name, by schema or with all tables. Without a list, all columns are.
SELECT 'published table',
  quote_ident(p.pubname) || ' ' || quote_ident(p.schemaname) || '.' || quote_ident(p.tablename),
  jsonb_build_object(
    'columns', (SELECT jsonb_agg(name ORDER BY name) FROM unnest(p.attnames) name),
    'rows', p.rowfilter,
    'calls', b.names,
    'by name', m.oid IS NOT NULL,
    'column list', m.prattrs IS NOT NULL),
  'relation', quote_ident(p.schemaname) || '.' || quote_ident(p.tablename)
FROM pg_publication_tables p
JOIN relations r ON r.nspname = quote_ident(p.schemaname) AND r.relname = p.tablename
JOIN pg_publication u ON u.pubname = p.pubname
LEFT JOIN pg_publication_rel m ON m.prpubid = u.oid AND m.prrelid = r.oid
LEFT JOIN calls b ON b.classid = 'pg_publication_rel'::regclass AND b.objid = m.oid
