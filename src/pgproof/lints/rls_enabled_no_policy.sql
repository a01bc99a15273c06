-- Row-level security without a policy shows nothing to anybody; if that is intended, the grants should say so.
-- level: INFO
-- categories: SECURITY
-- found: table shows nothing, as it has no policy | tables show nothing, as they have no policy
SELECT r.identity,
  'row-level security is on, but there is no policy',
  'write a policy for whoever may see rows, or move the table to a schema that is not exposed'
FROM relations r
WHERE r.kind IN ('r', 'p') AND r.row_security
  AND NOT EXISTS (SELECT FROM policies p WHERE p.relation = r.oid)
