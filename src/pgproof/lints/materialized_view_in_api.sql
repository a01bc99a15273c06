-- Row-level security does not apply to a materialized view: whoever may read it reads all of it.
-- level: WARN
-- categories: SECURITY
-- found: materialized view can be read through the API | materialized views can be read through the API
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity, 'is a materialized view that ' || r.readers || ' can read',
  'REVOKE SELECT ON TABLE ' || r.written || ' FROM PUBLIC, anon, authenticated'
FROM relations r
WHERE r.exposed AND r.kind = 'm' AND r.readers IS NOT NULL
