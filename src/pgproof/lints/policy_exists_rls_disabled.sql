-- A policy does nothing while row-level security is off for its table.
-- level: ERROR
-- categories: SECURITY
-- found: table has policies that do nothing | tables have policies that do nothing
SELECT r.identity,
  'has policies (' || string_agg(p.name, ', ' ORDER BY p.name) || '), but row-level security is off',
  'ALTER TABLE ' || r.written || ' ENABLE ROW LEVEL SECURITY'
FROM relations r
JOIN policies p ON p.relation = r.oid
WHERE NOT r.row_security
GROUP BY r.identity, r.written
