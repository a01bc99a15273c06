-- An extension in an exposed schema turns its functions into API calls, and its names collide with the tables'.
-- needs: exposed schema
SELECT e.extname::text, 'is installed in the exposed schema ' || s.name,
  'ALTER EXTENSION ' || quote_ident(e.extname) || ' SET SCHEMA extensions'
FROM pg_extension e
JOIN schemas s ON s.oid = e.extnamespace
WHERE s.exposed
