SELECT 'sequence', r.identity, jsonb_build_object(
    'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement,
    'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle,
    'owned by', (
      SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname)
      FROM pg_depend d
      JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
        AND d.deptype IN ('a', 'i'))),
  'relation', r.identity
FROM pg_sequence s
JOIN relations r ON r.oid = s.seqrelid
