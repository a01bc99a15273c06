-- Members that belong to somebody else than their extension; the superuser that the server began with (10) owns those of
-- a trusted extension, whoever created it.
SELECT 'extension', quote_ident(x.extname), jsonb_build_object(
    'version', x.extversion, 'schema', x.extnamespace::regnamespace::text, 'owner', x.extowner::regrole::text,
    'owners of members', m.owners,
    'comment', obj_description(x.oid, 'pg_extension')),
  NULL, NULL
FROM pg_extension x
LEFT JOIN (
  SELECT e.oid, jsonb_agg(o.name || ' of ' || o.owner::regrole::text ORDER BY o.name COLLATE "C")
  FROM pg_extension e
  JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
  JOIN LATERAL (
    SELECT 'relation ' || c.oid::regclass::text, c.relowner FROM pg_class c
    WHERE d.classid = 'pg_class'::regclass AND c.oid = d.objid AND c.relowner NOT IN (e.extowner, 10)
    UNION ALL
    SELECT 'function ' || p.oid::regprocedure::text, p.proowner FROM pg_proc p
    WHERE d.classid = 'pg_proc'::regclass AND p.oid = d.objid AND p.proowner NOT IN (e.extowner, 10)
    UNION ALL
    SELECT 'type ' || t.oid::regtype::text, t.typowner FROM pg_type t
    WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid AND t.typowner NOT IN (e.extowner, 10)
      AND (t.typrelid = 0 OR t.typrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'c'))
      AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
  ) o (name, owner) ON true
  GROUP BY e.oid
) m (oid, owners) ON m.oid = x.oid
