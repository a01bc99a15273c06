-- A SECURITY DEFINER function skips row-level security, and everybody who can open the page can act as anon.
-- needs: exposed schema, role anon
SELECT f.identity, 'runs with its owner''s rights, and anon can call it',
  'REVOKE EXECUTE ON FUNCTION ' || f.signature || ' FROM PUBLIC, anon'
FROM functions f
JOIN pg_roles anon ON anon.rolname = 'anon'
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND has_function_privilege(anon.oid, f.oid, 'EXECUTE')
