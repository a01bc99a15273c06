-- The options hold passwords; PostgreSQL does not show them to other roles.
SELECT 'user mapping', quote_ident(m.srvname) || ' for ' || CASE WHEN m.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END,
  jsonb_build_object('secret options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(m.umoptions) o)),
  'foreign server', quote_ident(m.srvname)
FROM pg_user_mappings m
