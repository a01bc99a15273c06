-- A table of an exposed schema that the API's roles have a privilege on can be reached by everybody's requests, so
-- row-level security has to guard each row.
-- level: ERROR
-- categories: SECURITY
-- found: table of the API has no row-level security | tables of the API have no row-level security
-- needs: exposed schema, role anon, role authenticated
SELECT r.identity,
  'is in an exposed schema, but row-level security is off'
    || coalesce(', readable by ' || r.readers, ', and ' || string_agg(role.name, ' and ' ORDER BY role.name) || ' can change it'),
  'ALTER TABLE ' || r.written || ' ENABLE ROW LEVEL SECURITY'
FROM relations r
JOIN api_roles role ON has_any_column_privilege(role.oid, r.oid, 'SELECT, INSERT, UPDATE')
  OR has_table_privilege(role.oid, r.oid, 'DELETE, TRUNCATE')
WHERE r.exposed AND r.kind IN ('r', 'p') AND NOT r.row_security
GROUP BY r.identity, r.readers, r.written
