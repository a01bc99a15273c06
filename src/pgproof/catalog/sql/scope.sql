-- What the files of this folder share. $1: the schemas to read, NULL for all but the system's own.
-- A file selects kind, identity, attributes (jsonb), and the object it goes with: its kind and identity, or NULL.
-- Sorted lists sort by COLLATE "C": the databases compared need not have the same collation.
wanted AS (
  SELECT n.oid, quote_ident(n.nspname) AS nspname, n.nspowner, n.nspacl
  FROM pg_namespace n
  WHERE CASE
      WHEN $1::text[] IS NULL THEN left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'
      ELSE n.nspname = ANY ($1::text[])
    END
),
extension_members AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relations AS MATERIALIZED (
  SELECT c.*, w.nspname, w.nspname || '.' || quote_ident(c.relname) AS identity
  FROM pg_class c
  JOIN wanted w ON w.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
),
functions AS MATERIALIZED (
  SELECT p.*, w.nspname, w.nspname || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'
    AS identity
  FROM pg_proc p
  JOIN wanted w ON w.oid = p.pronamespace
  WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
),
-- Without types that come with another object: arrays, multiranges, rows of tables.
types AS MATERIALIZED (
  SELECT t.*, w.nspname, w.nspname || '.' || quote_ident(t.typname) AS identity
  FROM pg_type t
  JOIN wanted w ON w.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE t.typtype <> 'm' AND (t.typtype <> 'c' OR c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM pg_type element WHERE element.typarray = t.oid)
    AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid)
)
