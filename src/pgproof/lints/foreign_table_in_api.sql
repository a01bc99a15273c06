-- Row-level security does not apply to a foreign table: whoever may read it reads all of it.
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity, 'is a foreign table that ' || r.readers || ' can read',
  'REVOKE SELECT ON ' || r.identity || ' FROM anon, authenticated'
FROM relations r
WHERE r.exposed AND r.kind = 'f' AND r.readers IS NOT NULL
