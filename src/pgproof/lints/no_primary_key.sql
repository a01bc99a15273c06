-- Without a primary key neither an update nor replication nor the API can tell which row is meant.
-- level: INFO
-- categories: PERFORMANCE
-- found: table has no primary key | tables have no primary key
SELECT r.identity, 'the table has no primary key', 'say which columns identify a row: ALTER TABLE … ADD PRIMARY KEY (…)'
FROM relations r
WHERE r.kind IN ('r', 'p')
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.oid AND i.indisprimary)
