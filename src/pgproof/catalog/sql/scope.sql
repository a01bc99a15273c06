-- What the files of this folder share. $1: the schemas to read, NULL for all but the system's own. $2: those of the
-- platform, whose objects do not make a role interesting.
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
),
-- Tables and views that came with an extension: people add policies, triggers and rules to them.
members AS MATERIALIZED (
  SELECT c.oid, c.relkind, c.relname, c.relowner, c.relrowsecurity, c.relforcerowsecurity,
    w.nspname || '.' || quote_ident(c.relname) AS identity, x.extname, x.extowner
  FROM pg_depend d
  JOIN pg_class c ON c.oid = d.objid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  JOIN wanted w ON w.oid = c.relnamespace
  JOIN pg_extension x ON x.oid = d.refobjid
  WHERE d.deptype = 'e' AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass
),
with_members AS (
  SELECT oid, relname, identity, 'relation' AS parent_kind, identity AS parent FROM relations
  UNION ALL
  SELECT oid, relname, identity, 'extension member', identity FROM members
),
-- The functions and operators that an expression is really bound to: the text alone may fit several of them. What
-- PostgreSQL itself has is pinned, and not in pg_depend.
calls AS MATERIALIZED (
  SELECT bound.classid, bound.objid, jsonb_agg(bound.name ORDER BY bound.name COLLATE "C") AS names
  FROM (
    SELECT DISTINCT d.classid, d.objid, CASE d.refclassid
        WHEN 'pg_proc'::regclass THEN d.refobjid::regprocedure::text ELSE d.refobjid::regoperator::text END
    FROM pg_depend d
    WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND d.deptype IN ('n', 'a')
      AND d.classid IN ('pg_attrdef'::regclass, 'pg_class'::regclass, 'pg_constraint'::regclass, 'pg_policy'::regclass,
        'pg_proc'::regclass, 'pg_publication_rel'::regclass, 'pg_rewrite'::regclass, 'pg_statistic_ext'::regclass,
        'pg_trigger'::regclass, 'pg_type'::regclass)
  ) bound (classid, objid, name)
  GROUP BY bound.classid, bound.objid
)
