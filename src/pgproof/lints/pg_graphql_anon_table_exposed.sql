-- pg_graphql shows names, columns and relationships of whatever anon may select, also where row-level security hides
-- every row.
-- level: WARN
-- categories: SECURITY
-- found: object is described to anyone by GraphQL | objects are described to anyone by GraphQL
-- needs: role anon
SELECT r.identity, 'is in the GraphQL schema, as anon can select it',
  'drop the extension pg_graphql if nothing uses /graphql/v1, else revoke SELECT from anon where no page needs it'
FROM relations r
JOIN api_roles role ON role.name = 'anon'
WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_graphql')
  -- The root of a partitioned table is not shown, its partitions are.
  AND r.kind IN ('r', 'v', 'm', 'f')
  AND has_any_column_privilege(role.oid, r.oid, 'SELECT') AND has_schema_privilege(role.oid, r.schema_oid, 'USAGE')
