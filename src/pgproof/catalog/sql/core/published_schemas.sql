SELECT 'published schema', quote_ident(p.pubname) || ' ' || w.nspname, '{}'::jsonb, 'publication', quote_ident(p.pubname)
FROM pg_publication_namespace n
JOIN pg_publication p ON p.oid = n.pnpubid
JOIN wanted w ON w.oid = n.pnnspid
