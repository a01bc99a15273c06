-- Row-level security does not apply to a materialized view: whoever may read it reads all of it.
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity, 'is a materialized view that ' || r.readers || ' can read',
  'REVOKE SELECT ON ' || r.identity || ' FROM anon, authenticated'
FROM relations r
WHERE r.exposed AND r.kind = 'm' AND r.readers IS NOT NULL
