-- The functions of an extension in an exposed schema can be called through the API, and its names may clash with yours.
-- needs: exposed schema
SELECT e.extname::text, 'is installed in the exposed schema ' || s.name,
  'ALTER EXTENSION ' || quote_ident(e.extname) || ' SET SCHEMA extensions'
FROM pg_extension e
JOIN schemas s ON s.oid = e.extnamespace
WHERE s.exposed
