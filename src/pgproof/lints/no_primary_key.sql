-- Without a primary key a row cannot be named: not by an update, not by replication, not by the API.
SELECT r.identity, 'the table has no primary key', 'ALTER TABLE ' || r.identity || ' ADD PRIMARY KEY (…)'
FROM relations r
WHERE r.kind IN ('r', 'p')
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.oid AND i.indisprimary)
