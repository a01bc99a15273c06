-- Deleting a row reads every row of each table that points to it, unless an index begins with the foreign key.
-- A partial index counts, and the order of the columns does, as for Supabase's own linter.
-- level: INFO
-- categories: PERFORMANCE
-- found: foreign key has no index | foreign keys have no index
SELECT r.identity || ' ' || c.conname,
  'no index begins with (' || columns.names || ')',
  'CREATE INDEX ON ' || r.written || ' (' || columns.names || ')'
FROM pg_constraint c
JOIN relations r ON r.oid = c.conrelid
CROSS JOIN LATERAL (
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY key.place) AS names
  FROM unnest(c.conkey) WITH ORDINALITY AS key (attnum, place)
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = key.attnum
) columns
WHERE c.contype = 'f'
  AND NOT EXISTS (
    SELECT FROM pg_index i
    WHERE i.indrelid = c.conrelid AND i.indisvalid
      AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey
  )
