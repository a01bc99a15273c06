-- Everything that defines a schema, one row an object: kind, identity, attributes (jsonb).
-- schemas: the schemas to read, NULL for all but the system's own. Objects of extensions are left out.
WITH
wanted AS (
  SELECT n.oid, n.nspname::text, n.nspowner, n.nspacl
  FROM pg_namespace n
  WHERE CASE
      WHEN %(schemas)s::text[] IS NULL
        THEN n.nspname NOT LIKE 'pg\_%%' AND n.nspname <> 'information_schema'
      ELSE n.nspname = ANY (%(schemas)s::text[])
    END
),
extension_members AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relations AS (
  SELECT c.*, w.nspname, w.nspname || '.' || c.relname::text AS identity
  FROM pg_class c
  JOIN wanted w ON w.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
),
functions AS (
  SELECT p.*, w.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS identity
  FROM pg_proc p
  JOIN wanted w ON w.oid = p.pronamespace
  WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
),
-- Every access list of the objects above, written out: an owner's default is as good as a granted one.
access_lists (kind, identity, acl) AS (
  SELECT 'schema', nspname, coalesce(nspacl, acldefault('n', nspowner)) FROM wanted
  UNION ALL
  SELECT 'relation', identity,
      coalesce(relacl, acldefault(CASE WHEN relkind = 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL
  SELECT 'column', r.identity || '.' || a.attname, a.attacl
    FROM pg_attribute a JOIN relations r ON r.oid = a.attrelid
    WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
  UNION ALL
  SELECT 'function', identity, coalesce(proacl, acldefault('f', proowner)) FROM functions
),
grants AS (
  SELECT l.kind, l.identity,
    coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC') AS grantee,
    x.privilege_type || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END AS privilege
  FROM access_lists l, aclexplode(l.acl) x
)

SELECT 'schema' AS kind, nspname AS identity, jsonb_build_object('owner', nspowner::regrole::text) AS attributes
FROM wanted
UNION ALL
SELECT 'relation', r.identity, jsonb_build_object(
    'kind', r.relkind,
    'owner', r.relowner::regrole::text,
    'persistence', r.relpersistence,
    'row security', r.relrowsecurity,
    'row security forced', r.relforcerowsecurity,
    'replica identity', r.relreplident,
    'options', r.reloptions,
    'definition', CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END,
    'comment', obj_description(r.oid, 'pg_class'))
FROM relations r
WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
UNION ALL
SELECT 'column', r.identity || '.' || a.attname, jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'not null', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'identity', a.attidentity,
    'generated', a.attgenerated,
    'collation', nullif(a.attcollation, 0)::regcollation::text,
    'storage', a.attstorage,
    'comment', col_description(r.oid, a.attnum))
FROM pg_attribute a
JOIN relations r ON r.oid = a.attrelid AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped
UNION ALL
-- From PostgreSQL 18 on NOT NULL is a constraint too; here it is an attribute of its column.
SELECT 'constraint', r.identity || ' ' || c.conname, jsonb_build_object(
    'definition', pg_get_constraintdef(c.oid),
    'validated', c.convalidated,
    'deferrable', c.condeferrable,
    'deferred', c.condeferred)
FROM pg_constraint c
JOIN relations r ON r.oid = c.conrelid
WHERE c.contype <> 'n'
UNION ALL
SELECT 'index', r.identity, jsonb_build_object(
    'table', i.indrelid::regclass::text,
    'definition', pg_get_indexdef(i.indexrelid),
    'unique', i.indisunique,
    'valid', i.indisvalid,
    'ready', i.indisready,
    'replica identity', i.indisreplident,
    'clustered', i.indisclustered)
FROM pg_index i
JOIN relations r ON r.oid = i.indexrelid
UNION ALL
SELECT 'sequence', r.identity, jsonb_build_object(
    'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'increment', s.seqincrement,
    'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)
FROM pg_sequence s
JOIN relations r ON r.oid = s.seqrelid
UNION ALL
SELECT 'function', f.identity, jsonb_build_object(
    'result', pg_get_function_result(f.oid),
    'arguments', pg_get_function_arguments(f.oid),
    'kind', f.prokind,
    'language', (SELECT lanname FROM pg_language WHERE oid = f.prolang),
    'body', coalesce(pg_get_function_sqlbody(f.oid), f.prosrc),
    'volatility', f.provolatile,
    'strict', f.proisstrict,
    'security definer', f.prosecdef,
    'leakproof', f.proleakproof,
    'parallel', f.proparallel,
    'cost', f.procost,
    'rows', f.prorows,
    'settings', f.proconfig,
    'owner', f.proowner::regrole::text,
    'comment', obj_description(f.oid, 'pg_proc'))
FROM functions f
UNION ALL
SELECT 'trigger', r.identity || ' ' || t.tgname, jsonb_build_object(
    'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled)
FROM pg_trigger t
JOIN relations r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal
UNION ALL
SELECT 'policy', r.identity || ' ' || p.polname, jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', (SELECT jsonb_agg(coalesce(nullif(role, 0)::regrole::text, 'PUBLIC') ORDER BY 1) FROM unnest(p.polroles) role),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'with check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p
JOIN relations r ON r.oid = p.polrelid
UNION ALL
SELECT 'publication', p.pubname, jsonb_build_object(
    'owner', p.pubowner::regrole::text,
    'all tables', p.puballtables,
    'insert', p.pubinsert, 'update', p.pubupdate, 'delete', p.pubdelete, 'truncate', p.pubtruncate,
    'via root', p.pubviaroot)
FROM pg_publication p
UNION ALL
SELECT 'published table', p.pubname || ' ' || p.schemaname || '.' || p.tablename, jsonb_build_object(
    'columns', (SELECT jsonb_agg(name ORDER BY name) FROM unnest(p.attnames) name), 'rows', p.rowfilter)
FROM pg_publication_tables p
JOIN wanted w ON w.nspname = p.schemaname
UNION ALL
SELECT 'type', w.nspname || '.' || t.typname, jsonb_build_object(
    'kind', t.typtype,
    'owner', t.typowner::regrole::text,
    'base', nullif(t.typbasetype, 0)::regtype::text,
    'not null', t.typnotnull,
    'default', t.typdefault,
    'labels', (SELECT jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t
JOIN wanted w ON w.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e', 'r')
  AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
UNION ALL
SELECT 'grant', g.kind || ' ' || g.identity || ' to ' || g.grantee, jsonb_build_object(
    'privileges', jsonb_agg(g.privilege ORDER BY g.privilege))
FROM grants g
GROUP BY g.kind, g.identity, g.grantee
UNION ALL
SELECT 'default privileges',
  coalesce(w.nspname, 'everywhere') || ' ' || d.defaclobjtype::text || ' by ' || d.defaclrole::regrole::text,
  jsonb_build_object('grants', (
    SELECT jsonb_agg(coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC') || ' ' || x.privilege_type ORDER BY 1)
    FROM aclexplode(d.defaclacl) x))
FROM pg_default_acl d
LEFT JOIN wanted w ON w.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0 OR w.oid IS NOT NULL
