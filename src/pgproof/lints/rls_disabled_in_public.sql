-- A table in an exposed schema can be reached by everybody's requests, so row-level security has to guard each row.
-- level: ERROR
-- found: table of the API has no row-level security | tables of the API have no row-level security
-- needs: exposed schema
SELECT r.identity,
  'is in an exposed schema, but row-level security is off' || coalesce(', readable by ' || r.readers, ''),
  'ALTER TABLE ' || r.written || ' ENABLE ROW LEVEL SECURITY'
FROM relations r
WHERE r.exposed AND r.kind IN ('r', 'p') AND NOT r.row_security
