-- pg_graphql shows names, columns and relationships of whatever anon may select, also where row-level security hides
-- every row.
-- level: WARN
-- categories: SECURITY
-- found: object is described to anyone by GraphQL | objects are described to anyone by GraphQL
-- needs: role anon
SELECT r.identity, 'is in the GraphQL schema, as anon can select it',
  'drop the extension pg_graphql if nothing uses /graphql/v1, else revoke SELECT from anon where no page needs it'
FROM described r
WHERE r.role = 'anon'
