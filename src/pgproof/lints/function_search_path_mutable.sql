-- A function without a search path of its own, or with "$user" in it, uses whatever its caller put there instead.
SELECT f.identity, 'does not set search_path, or has "$user" in it',
  'ALTER FUNCTION ' || f.signature || ' SET search_path = pg_catalog, pg_temp'
FROM functions f
WHERE NOT EXISTS (SELECT FROM unnest(f.settings) setting WHERE setting LIKE 'search\_path=%' AND setting NOT LIKE '%$user%')
