-- Where the API offers queues, a queue's table without row-level security gives every message to whoever may select it.
-- level: ERROR
-- categories: SECURITY
-- found: queue can be read through the API without row-level security | queues can be read through the API without row-level security
-- needs: role anon, role authenticated
SELECT 'pgmq.' || c.relname,
  'is a queue that ' || string_agg(role.name, ' and ' ORDER BY role.name) || ' can read, and row-level security is off',
  'ALTER TABLE ' || c.oid::regclass || ' ENABLE ROW LEVEL SECURITY'
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'pgmq'
JOIN api_roles role ON has_any_column_privilege(role.oid, c.oid, 'SELECT')
WHERE c.relname LIKE 'q\_%' AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
  AND EXISTS (
    SELECT FROM exposed_setting, string_to_table(value, ',') part WHERE trim(part, ' "') = 'pgmq_public')
GROUP BY c.oid, c.relname
