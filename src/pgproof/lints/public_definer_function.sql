-- A new function can be called by PUBLIC, to which every future role belongs as well.
SELECT f.identity, 'runs with its owner''s rights, and PUBLIC can call it',
  'REVOKE EXECUTE ON FUNCTION ' || f.signature || ' FROM PUBLIC'
FROM functions f
WHERE f.definer AND EXISTS (SELECT FROM aclexplode(f.acl) x WHERE x.grantee = 0 AND x.privilege_type = 'EXECUTE')
