-- What people change on tables that came with an extension.
SELECT 'extension member', m.identity, jsonb_build_object(
    'row security', m.relrowsecurity, 'row security forced', m.relforcerowsecurity,
    'comment', obj_description(m.oid, 'pg_class')),
  'extension', quote_ident(m.extname)
FROM members m
