-- A SECURITY DEFINER function skips row-level security, and everybody who can open the page can act as anon.
-- level: WARN
-- categories: SECURITY
-- found: function with its owner's rights can be called by anyone | functions with their owner's rights can be called by anyone
-- needs: exposed schema, role anon
SELECT f.identity, 'runs with its owner''s rights, and anon can call it',
  -- What is evaluated for anon and may no longer be called is an error, where no row was found before.
  coalesce('first let these policies be TO authenticated, as they call it for anon: ' || used.by || '; ', '')
    || 'REVOKE EXECUTE ON ' || f.written || ' FROM PUBLIC, anon'
    || coalesce('; GRANT EXECUTE ON ' || f.written || ' TO ' || nullif(array_to_string(
      array_remove(f.only_as_public, 'anon'), ', '), ''), '')
FROM functions f
JOIN pg_roles anon ON anon.rolname = 'anon'
CROSS JOIN LATERAL (
  SELECT string_agg(p.identity, ', ' ORDER BY p.identity) AS by
  FROM policies p
  WHERE p.tree LIKE '%:funcid ' || f.oid || ' %'
    AND EXISTS (SELECT FROM unnest(p.roles) member WHERE member = 0 OR pg_has_role(anon.oid, member, 'USAGE'))
) used
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND has_function_privilege(anon.oid, f.oid, 'EXECUTE')
