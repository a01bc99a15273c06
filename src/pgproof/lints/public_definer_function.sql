-- A new function can be called by PUBLIC, to which every future role belongs as well. What anon can call through the
-- API is left to anon_security_definer_function_executable.
-- level: INFO
-- categories: SECURITY
-- found: function with its owner's rights is open to PUBLIC | functions with their owner's rights are open to PUBLIC
SELECT f.identity, 'runs with its owner''s rights, and PUBLIC can call it',
  'REVOKE EXECUTE ON ' || f.written || ' FROM PUBLIC'
    || coalesce('; GRANT EXECUTE ON ' || f.written || ' TO '
      || nullif(array_to_string(f.only_as_public, ', '), ''), '')
FROM functions f
WHERE f.definer AND EXISTS (SELECT FROM aclexplode(f.acl) x WHERE x.grantee = 0 AND x.privilege_type = 'EXECUTE')
  AND NOT (f.exposed AND NOT f.is_trigger AND EXISTS (SELECT FROM api_roles WHERE name = 'anon'))
  -- Where nobody may even look names up, nobody can call it.
  AND EXISTS (
    SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
    WHERE n.oid = (SELECT pronamespace FROM pg_proc WHERE oid = f.oid)
      AND x.privilege_type = 'USAGE' AND x.grantee <> n.nspowner)
