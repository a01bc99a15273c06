-- The functions of an extension in an exposed schema can be called through the API, and its names may clash with yours.
-- level: WARN
-- categories: SECURITY
-- found: extension is in a schema that the API exposes | extensions are in a schema that the API exposes
-- needs: exposed schema
SELECT e.extname::text, 'is installed in the exposed schema ' || s.name,
  CASE
    WHEN NOT e.extrelocatable THEN 'drop the extension ' || e.extname || ', and create it again WITH SCHEMA extensions'
    ELSE CASE WHEN to_regnamespace('extensions') IS NULL THEN 'CREATE SCHEMA extensions; ' ELSE '' END
      || 'ALTER EXTENSION ' || quote_ident(e.extname) || ' SET SCHEMA extensions'
  END
FROM pg_extension e
JOIN schemas s ON s.oid = e.extnamespace
WHERE s.exposed AND e.extname <> 'plpgsql'
