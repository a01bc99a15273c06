-- A range type comes with a cast to its multirange.
SELECT 'cast', c.castsource::regtype::text || ' as ' || c.casttarget::regtype::text, jsonb_build_object(
    'function', nullif(c.castfunc, 0)::regprocedure::text, 'context', c.castcontext, 'method', c.castmethod,
    'comment', obj_description(c.oid, 'pg_cast')),
  CASE WHEN t.oid IS NOT NULL THEN 'type' END, t.identity
FROM pg_cast c
LEFT JOIN types t ON t.oid = c.castsource AND t.typtype = 'r'
WHERE c.oid >= 16384
  AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_cast'::regclass AND e.objid = c.oid)
