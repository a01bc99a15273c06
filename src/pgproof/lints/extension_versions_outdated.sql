-- The version that the server offers by default has what was mended since, also what makes an older one unsafe.
-- level: WARN
-- categories: SECURITY
-- found: extension is older than what the server offers | extensions are older than what the server offers
SELECT e.name::text, 'is version ' || e.installed_version || ', and the server offers ' || e.default_version,
  'ALTER EXTENSION ' || quote_ident(e.name) || ' UPDATE'
FROM pg_available_extensions e
WHERE e.installed_version <> e.default_version
  -- What an upgrade of the server left behind is not a version that could be updated.
  AND EXISTS (SELECT FROM pg_available_extension_versions v WHERE v.name = e.name AND v.version = e.installed_version)
