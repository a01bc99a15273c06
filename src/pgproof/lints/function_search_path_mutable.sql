-- A function without a search path of its own, or with "$user" in it, uses whatever its caller put there instead.
-- level: WARN
-- categories: SECURITY
-- found: function looks names up where its caller says | functions look names up where their caller says
SELECT f.identity, 'does not set search_path, or has "$user" in it',
  -- The schemas in which it finds its names today; pg_temp has to be last, or it comes first.
  'ALTER ' || f.written || ' SET search_path = ' || (
    SELECT string_agg(quote_ident(usual.name), ', ' ORDER BY usual.rank)
    FROM (
      SELECT name, min(rank) AS rank
      FROM (VALUES (f.schema, 1), ('public', 2), ('extensions', 3)) AS looked_up (name, rank)
      WHERE name IN (SELECT nspname FROM pg_namespace)
      GROUP BY name
    ) usual
  ) || ', pg_temp'
FROM functions f
WHERE NOT EXISTS (SELECT FROM unnest(f.settings) setting WHERE setting LIKE 'search\_path=%' AND setting NOT LIKE '%$user%')
