-- Operators and support functions that people added to families, their own or the system's.
SELECT 'operator family member',
  f.opfnamespace::regnamespace::text || '.' || quote_ident(f.opfname) || ' using ' || a.amname || ' ' || m.what,
  m.attributes, 'operator family',
  f.opfnamespace::regnamespace::text || '.' || quote_ident(f.opfname) || ' using ' || a.amname
FROM (
  SELECT 'pg_amop'::regclass, o.oid, o.amopfamily,
    'operator ' || o.amopstrategy || '(' || o.amoplefttype::regtype::text || ', ' || o.amoprighttype::regtype::text || ')',
    jsonb_build_object('operator', o.amopopr::regoperator::text, 'purpose', o.amoppurpose,
      'sort family', (SELECT opfnamespace::regnamespace::text || '.' || opfname FROM pg_opfamily WHERE oid = o.amopsortfamily))
  FROM pg_amop o WHERE o.oid >= 16384
  UNION ALL
  SELECT 'pg_amproc'::regclass, p.oid, p.amprocfamily,
    'function ' || p.amprocnum || '(' || p.amproclefttype::regtype::text || ', ' || p.amprocrighttype::regtype::text || ')',
    jsonb_build_object('function', p.amproc::regprocedure::text)
  FROM pg_amproc p WHERE p.oid >= 16384
) m (class, oid, family, what, attributes)
JOIN pg_opfamily f ON f.oid = m.family
JOIN pg_am a ON a.oid = f.opfmethod
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = m.class AND e.objid = m.oid)
  AND NOT EXISTS (
    SELECT FROM pg_depend d JOIN extension_members e ON e.classid = d.refclassid AND e.objid = d.refobjid
    WHERE d.classid = m.class AND d.objid = m.oid
      AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass))
