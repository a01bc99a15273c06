-- Realtime sends what is published to subscribers, deletions without asking a policy, so no table of the platform's own
-- belongs in the publication.
-- level: ERROR
-- categories: SECURITY
-- found: table of the platform is sent to subscribers | tables of the platform are sent to subscribers
-- needs: publication supabase_realtime
SELECT p.schemaname || '.' || p.tablename, 'is in supabase_realtime, although it belongs to the platform',
  format('ALTER PUBLICATION supabase_realtime DROP TABLE %I.%I', p.schemaname, p.tablename)
FROM pg_publication_tables p
WHERE p.pubname = 'supabase_realtime' AND p.schemaname IN (SELECT name FROM platform_schemas)
