-- The order of columns is never a difference, so it is read apart from the rest.
SELECT 'column order', r.identity, jsonb_build_object('columns', jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum)),
  NULL, NULL
FROM pg_attribute a
JOIN relations r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'f')
WHERE a.attnum > 0 AND NOT a.attisdropped
GROUP BY r.identity
