-- pg_graphql shows names, columns and relationships of whatever authenticated may select, also where row-level security hides
-- every row.
-- level: WARN
-- categories: SECURITY
-- found: object is described to signed-in users by GraphQL | objects are described to signed-in users by GraphQL
-- needs: role authenticated
SELECT r.identity, 'is in the GraphQL schema, as authenticated can select it',
  'drop the extension pg_graphql if nothing uses /graphql/v1, else revoke SELECT from authenticated where no page needs it'
FROM described r
WHERE r.role = 'authenticated'
