-- Supabase promises to keep only the primary keys of its own tables; a foreign key to other columns may break any day.
-- level: ERROR
-- categories: SECURITY
-- found: foreign key needs a column that the platform may change | foreign keys need columns that the platform may change
SELECT r.identity || ' ' || c.conname,
  'points to a column of ' || c.confrelid::regclass::text || ' that is not its primary key',
  'let it point to the primary key'
FROM pg_constraint c
JOIN relations r ON r.oid = c.conrelid
JOIN pg_class target ON target.oid = c.confrelid
JOIN pg_namespace n ON n.oid = target.relnamespace AND n.nspname IN (SELECT name FROM platform_schemas)
WHERE c.contype = 'f'
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = c.conindid AND i.indisprimary)
