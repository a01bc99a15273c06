-- Realtime asks row-level security who may see a change; without it, everybody sees it.
-- level: ERROR
-- categories: SECURITY
-- found: table is sent to every subscriber | tables are sent to every subscriber
-- needs: publication supabase_realtime
SELECT r.identity, 'is in supabase_realtime, but row-level security is off',
  'ALTER TABLE ' || r.written || ' ENABLE ROW LEVEL SECURITY'
FROM pg_publication_tables p
JOIN relations r ON r.identity = p.schemaname || '.' || p.tablename
WHERE p.pubname = 'supabase_realtime' AND NOT r.row_security
