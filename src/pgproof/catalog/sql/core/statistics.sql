-- Extended statistics, with columns by name: PostgreSQL's own definition lists them in their physical order.
SELECT 'statistics', w.nspname || '.' || quote_ident(s.stxname), jsonb_build_object(
    'table', s.stxrelid::regclass::text,
    'columns', (
      SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_attribute a
      WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys)),
    'expressions', (
      SELECT jsonb_agg(x ORDER BY x COLLATE "C") FROM unnest(pg_get_statisticsobjdef_expressions(s.oid)) x),
    'calls', b.names,
    'kinds', (SELECT jsonb_agg(k ORDER BY k) FROM unnest(s.stxkind) k),
    'statistics target', nullif(s.stxstattarget, -1),
    'owner', s.stxowner::regrole::text,
    'comment', obj_description(s.oid, 'pg_statistic_ext')),
  'relation', r.identity
FROM pg_statistic_ext s
JOIN wanted w ON w.oid = s.stxnamespace
LEFT JOIN relations r ON r.oid = s.stxrelid
LEFT JOIN calls b ON b.classid = 'pg_statistic_ext'::regclass AND b.objid = s.oid
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = s.oid)
