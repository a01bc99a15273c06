-- A SECURITY DEFINER function skips row-level security, and often everybody can sign up. One that compares its caller
-- with what it is about to do may be meant for users; then accept it.
-- level: WARN
-- categories: SECURITY
-- found: function with its owner's rights can be called by signed-in users | functions with their owner's rights can be called by signed-in users
-- needs: exposed schema, role authenticated
SELECT f.identity, 'runs with its owner''s rights, and authenticated can call it',
  'if users are to call it and it checks its caller, accept it; otherwise make it SECURITY INVOKER, or revoke EXECUTE from authenticated and PUBLIC'
FROM functions f
JOIN api_roles role ON role.name = 'authenticated'
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND has_function_privilege(role.oid, f.oid, 'EXECUTE')
