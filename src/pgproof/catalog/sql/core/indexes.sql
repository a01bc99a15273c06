SELECT 'index', r.identity, jsonb_build_object(
    'table', i.indrelid::regclass::text,
    'definition', pg_get_indexdef(i.indexrelid),
    'calls', b.names,
    'unique', i.indisunique,
    'primary', i.indisprimary,
    'immediate', i.indimmediate,
    'valid', i.indisvalid,
    'ready', i.indisready,
    'replica identity', i.indisreplident,
    'clustered', i.indisclustered,
    'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = r.reltablespace),
    'attached to', (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = r.oid),
    'statistics targets', (
      SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_attribute a
      WHERE a.attrelid = r.oid AND a.attstattarget >= 0),
    'column options', (
      SELECT jsonb_object_agg(a.attnum, a.attoptions) FROM pg_attribute a
      WHERE a.attrelid = r.oid AND a.attoptions IS NOT NULL),
    'comment', obj_description(r.oid, 'pg_class')),
  CASE WHEN c.oid IS NULL THEN 'relation' ELSE 'constraint' END,
  t.identity || coalesce(' ' || quote_ident(c.conname), '')
FROM pg_index i
JOIN relations r ON r.oid = i.indexrelid
LEFT JOIN relations t ON t.oid = i.indrelid
LEFT JOIN pg_constraint c ON c.conrelid = i.indrelid AND c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
LEFT JOIN calls b ON b.classid = 'pg_class'::regclass AND b.objid = r.oid
