-- What realtime publishes reaches subscribers, a deletion without asking a policy: none of the platform's tables belong there.
-- needs: publication supabase_realtime
SELECT p.schemaname || '.' || p.tablename, 'is in supabase_realtime and belongs to the platform',
  format('ALTER PUBLICATION supabase_realtime DROP TABLE %I.%I', p.schemaname, p.tablename)
FROM pg_publication_tables p
WHERE p.pubname = 'supabase_realtime' AND p.schemaname IN (SELECT name FROM platform_schemas)
