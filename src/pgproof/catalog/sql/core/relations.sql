-- Tables, partitioned and foreign ones, views, materialized views, sequences.
SELECT 'relation', r.identity, jsonb_build_object(
    'kind', r.relkind,
    'owner', r.relowner::regrole::text,
    'persistence', r.relpersistence,
    'row security', r.relrowsecurity,
    'row security forced', r.relforcerowsecurity,
    'replica identity', r.relreplident,
    'options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(r.reloptions) o),
    'toast options', (
      SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM pg_class t, unnest(t.reloptions) o WHERE t.oid = r.reltoastrelid),
    'access method', (SELECT amname FROM pg_am WHERE oid = r.relam),
    'tablespace', (SELECT spcname FROM pg_tablespace WHERE oid = r.reltablespace),
    'definition', CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END,
    'calls', b.names,
    'populated', CASE WHEN r.relkind = 'm' THEN r.relispopulated END,
    'of type', nullif(r.reloftype, 0)::regtype::text,
    'inherits from', (
      SELECT jsonb_agg(i.inhparent::regclass::text ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = r.oid),
    'partition key', CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,
    'partition bound', pg_get_expr(r.relpartbound, r.oid),
    'server', (
      SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid),
    'foreign options', (
      SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM pg_foreign_table f, unnest(f.ftoptions) o WHERE f.ftrelid = r.oid),
    'comment', obj_description(r.oid, 'pg_class')),
  CASE WHEN owned.by IS NOT NULL THEN 'column' ELSE 'schema' END, coalesce(owned.by, r.nspname)
FROM relations r
LEFT JOIN LATERAL (
  SELECT o.identity || '.' || quote_ident(a.attname)
  FROM pg_depend d
  JOIN relations o ON o.oid = d.refobjid
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i')
) owned (by) ON r.relkind = 'S'
LEFT JOIN pg_rewrite q ON q.ev_class = r.oid AND q.rulename = '_RETURN'
LEFT JOIN calls b ON b.classid = CASE WHEN q.oid IS NULL THEN 'pg_class'::regclass ELSE 'pg_rewrite'::regclass END
  AND b.objid = coalesce(q.oid, r.oid)
WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
