-- Enums, domains, composites, ranges, base types and shells.
SELECT 'type', t.identity, jsonb_build_object(
    'kind', CASE WHEN t.typisdefined THEN t.typtype ELSE 'p' END,
    'owner', t.typowner::regrole::text,
    'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'not null', t.typnotnull,
    'default', t.typdefault,
    'calls', b.names,
    'collation', CASE WHEN t.typtype = 'd' THEN nullif(t.typcollation, 0)::regcollation::text END,
    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
    'attributes', (
      SELECT jsonb_agg(
        quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
          || coalesce(' collate ' || nullif(a.attcollation, 0)::regcollation::text, '') ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
    'attribute comments', (
      SELECT jsonb_object_agg(a.attname, c.description)
      FROM pg_attribute a
      JOIN pg_description c ON c.classoid = 'pg_class'::regclass AND c.objoid = a.attrelid AND c.objsubid = a.attnum
      WHERE t.typtype = 'c' AND a.attrelid = t.typrelid),
    'range', (
      SELECT jsonb_build_object(
        'subtype', r.rngsubtype::regtype::text, 'multirange', r.rngmultitypid::regtype::text,
        'collation', nullif(r.rngcollation, 0)::regcollation::text,
        'operator class', (SELECT opcnamespace::regnamespace::text || '.' || opcname FROM pg_opclass WHERE oid = r.rngsubopc),
        'canonical', nullif(r.rngcanonical, 0)::regproc::text, 'difference', nullif(r.rngsubdiff, 0)::regproc::text)
      FROM pg_range r WHERE r.rngtypid = t.oid),
    'functions', CASE WHEN t.typtype = 'b' THEN jsonb_build_object(
        'input', t.typinput::text, 'output', t.typoutput::text, 'receive', t.typreceive::text, 'send', t.typsend::text,
        'modifier input', t.typmodin::text, 'modifier output', t.typmodout::text, 'analyze', t.typanalyze::text,
        'subscript', t.typsubscript::text) END,
    'representation', CASE WHEN t.typtype = 'b' THEN jsonb_build_object(
        'length', t.typlen, 'by value', t.typbyval, 'alignment', t.typalign, 'storage', t.typstorage,
        'category', t.typcategory, 'preferred', t.typispreferred, 'delimiter', t.typdelim,
        'element', nullif(t.typelem, 0)::regtype::text) END,
    'comment', coalesce(
      obj_description(t.oid, 'pg_type'), CASE WHEN t.typtype = 'c' THEN obj_description(t.typrelid, 'pg_class') END)),
  'schema', t.nspname
FROM types t
LEFT JOIN calls b ON b.classid = 'pg_type'::regclass AND b.objid = t.oid
