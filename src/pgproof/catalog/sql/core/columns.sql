-- From PostgreSQL 18 on NOT NULL is a constraint too; what is unusual about it is here, with the column.
SELECT 'column', r.identity || '.' || quote_ident(a.attname), jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'not null', a.attnotnull,
    'not null constraint', (
      SELECT nullif(concat_ws(', ',
        CASE WHEN k.conname <> r.relname || '_' || a.attname || '_not_null' THEN 'named ' || k.conname END,
        CASE WHEN NOT k.convalidated THEN 'not validated' END,
        CASE WHEN k.connoinherit THEN 'not inherited' END,
        'comment ' || obj_description(k.oid, 'pg_constraint')), '')
      FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]),
    'default', pg_get_expr(d.adbin, d.adrelid),
    'calls', b.names,
    'identity', a.attidentity,
    'generated', a.attgenerated,
    'collation', nullif(a.attcollation, 0)::regcollation::text,
    'storage', a.attstorage,
    'compression', a.attcompression,
    'statistics target', nullif(a.attstattarget, -1),
    'options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(a.attoptions) o),
    'foreign options', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(a.attfdwoptions) o),
    'inherited', a.attinhcount > 0,
    'local', a.attislocal,
    'comment', col_description(r.oid, a.attnum)),
  'relation', r.identity
FROM pg_attribute a
JOIN relations r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN calls b ON b.classid = 'pg_attrdef'::regclass AND b.objid = d.oid
WHERE a.attnum > 0 AND NOT a.attisdropped
