-- Row-level security does not apply to a foreign table: whoever may read it reads all of it.
-- level: WARN
-- categories: SECURITY
-- found: foreign table can be read through the API | foreign tables can be read through the API
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity, 'is a foreign table that ' || r.readers || ' can read',
  'REVOKE SELECT ON TABLE ' || r.written || ' FROM PUBLIC, anon, authenticated'
FROM relations r
WHERE r.exposed AND r.kind = 'f' AND r.readers IS NOT NULL
