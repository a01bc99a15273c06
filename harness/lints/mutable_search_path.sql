-- A function without a search path of its own finds whatever its caller put in the way.
SELECT f.identity, 'does not set search_path', 'ALTER FUNCTION ' || f.signature || ' SET search_path = pg_catalog, pg_temp'
FROM functions f
WHERE NOT EXISTS (SELECT FROM unnest(f.settings) setting WHERE setting LIKE 'search\_path=%')
