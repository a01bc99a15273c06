SELECT 'operator',
  w.nspname || '.' || o.oprname || '(' || coalesce(nullif(o.oprleft, 0)::regtype::text, 'NONE') || ', '
    || coalesce(nullif(o.oprright, 0)::regtype::text, 'NONE') || ')',
  jsonb_build_object(
    'function', o.oprcode::regprocedure::text, 'result', nullif(o.oprresult, 0)::regtype::text,
    'commutator', o.oprcom::regoperator::text, 'negator', o.oprnegate::regoperator::text,
    'restriction estimator', o.oprrest::text, 'join estimator', o.oprjoin::text,
    'hashes', o.oprcanhash, 'merges', o.oprcanmerge,
    'owner', o.oprowner::regrole::text, 'comment', obj_description(o.oid, 'pg_operator')),
  NULL, NULL
FROM pg_operator o
JOIN wanted w ON w.oid = o.oprnamespace
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid)
