-- What decides whether a statement of one of these roles runs. $1: the roles that call. $2: the relations that they name,
-- each with its schema. A row is a kind and its attributes. Only pg_catalog is read; has_…_privilege counts what a role
-- has through PUBLIC and through other roles.
WITH
schemas AS MATERIALIZED (
  SELECT n.oid, n.nspname FROM pg_namespace n
  WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema'
),
-- Of the system's own functions only those whose privileges somebody changed: all others are for PUBLIC.
functions AS MATERIALIZED (
  SELECT p.oid, p.proname, p.proowner, p.prosecdef, p.proconfig, p.pronargs, p.pronargdefaults, p.prorettype, p.prokind,
    n.nspname, l.lanname, p.prosqlbody IS NOT NULL AS is_atomic,
    p.proargnames, p.proargmodes, p.proretset,
    CASE WHEN l.lanname IN ('sql', 'plpgsql') AND n.nspname <> 'pg_catalog' THEN p.prosrc END AS body
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  WHERE n.oid IN (SELECT oid FROM schemas) OR (n.nspname = 'pg_catalog' AND p.proacl IS NOT NULL)
),
-- Whatever a body could mean: its own parser decides later.
words AS (
  SELECT DISTINCT lower(word) AS word FROM functions f, regexp_split_to_table(CASE WHEN NOT f.is_atomic THEN f.body END, '[^[:alnum:]_$]+') word
),
roots AS MATERIALIZED (
  SELECT c.oid FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  WHERE s.nspname || '.' || c.relname = ANY ($2::text[])
),
relations AS MATERIALIZED (
  SELECT c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, s.nspname,
    c.oid IN (SELECT oid FROM roots) AS is_root
  FROM pg_class c
  JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND (
    c.oid IN (SELECT oid FROM roots)
    OR lower(c.relname) IN (SELECT word FROM words)
    OR c.oid IN (SELECT d.refobjid FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.classid IN (
      'pg_policy'::regclass, 'pg_rewrite'::regclass, 'pg_attrdef'::regclass, 'pg_proc'::regclass))
    OR c.oid IN (SELECT k.confrelid FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM roots))
  )
),
roles AS MATERIALIZED (
  SELECT r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcanlogin, r.rolconnlimit, r.rolvaliduntil
  FROM pg_roles r
  WHERE r.rolname = ANY ($1::text[])
    OR r.oid IN (SELECT f.proowner FROM functions f WHERE f.prosecdef AND f.nspname <> 'pg_catalog')
    OR r.oid IN (SELECT c.relowner FROM relations c)
),
-- What an object depends on beside pinned ones: functions, and the columns of relations; 0 stands for the whole.
needs AS MATERIALIZED (
  SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid FROM pg_depend d
  WHERE d.deptype IN ('n', 'a') AND (
    (d.refclassid = 'pg_proc'::regclass AND d.classid IN ('pg_policy'::regclass, 'pg_rewrite'::regclass,
      'pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_class'::regclass))
    OR (d.refclassid = 'pg_class'::regclass
      AND d.classid IN ('pg_policy'::regclass, 'pg_rewrite'::regclass, 'pg_attrdef'::regclass)))
),
uses AS MATERIALIZED (
  SELECT n.classid, n.objid,
    coalesce(jsonb_agg(DISTINCT n.refobjid::int8) FILTER (WHERE n.refclassid = 'pg_proc'::regclass), '[]') AS functions,
    coalesce(jsonb_agg(DISTINCT jsonb_build_array(n.refobjid::int8, a.attname))
      FILTER (WHERE n.refclassid = 'pg_class'::regclass), '[]') AS columns
  FROM needs n
  LEFT JOIN pg_attribute a ON n.refclassid = 'pg_class'::regclass AND a.attrelid = n.refobjid
    AND a.attnum = n.refobjsubid AND a.attnum > 0
  GROUP BY n.classid, n.objid
)
SELECT 'role', jsonb_build_object(
    'name', r.rolname, 'superuser', r.rolsuper, 'bypasses', r.rolbypassrls, 'logs_in', r.rolcanlogin,
    'connections', r.rolconnlimit, 'expired', coalesce(r.rolvaliduntil < now(), false),
    'connects', has_database_privilege(r.oid, current_database(), 'CONNECT'),
    'groups', (SELECT coalesce(jsonb_agg(g.rolname ORDER BY g.rolname), '[]') FROM pg_roles g
      WHERE g.oid <> r.oid AND NOT r.rolsuper AND pg_has_role(r.oid, g.oid, 'USAGE')),
    'becomes', (SELECT coalesce(jsonb_agg(g.rolname ORDER BY g.rolname), '[]') FROM pg_roles g
      WHERE g.rolname = ANY ($1::text[])
        AND pg_has_role(r.oid, g.oid, CASE WHEN current_setting('server_version_num')::int >= 160000
          THEN 'SET' ELSE 'MEMBER' END)))
FROM roles r
UNION ALL
SELECT 'database', jsonb_build_object('name', current_database())
UNION ALL
SELECT 'schema', jsonb_build_object('name', s.nspname, 'usage', (
    SELECT coalesce(jsonb_agg(r.rolname), '[]') FROM roles r WHERE has_schema_privilege(r.oid, s.oid, 'USAGE')))
FROM schemas s
UNION ALL
SELECT 'relation', jsonb_build_object(
    'oid', c.oid::int8, 'schema', c.nspname, 'name', c.relname, 'is_root', c.is_root, 'kind', c.relkind, 'owner', o.rolname,
    'row_security', c.relrowsecurity, 'forced', c.relforcerowsecurity,
    'as_caller', coalesce((SELECT lower(option_value) IN ('true', 'on', '1', 'yes') FROM pg_options_to_table(c.reloptions)
      WHERE option_name = 'security_invoker'), false),
    'owned_by', (SELECT coalesce(jsonb_agg(r.rolname), '[]') FROM roles r WHERE pg_has_role(r.oid, c.relowner, 'USAGE')),
    'privileges', (
      SELECT coalesce(jsonb_object_agg(r.rolname, (
        SELECT coalesce(jsonb_agg(p), '[]') FROM unnest(
          CASE c.relkind WHEN 'S' THEN ARRAY['USAGE', 'UPDATE'] ELSE ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'] END) p
        WHERE CASE c.relkind WHEN 'S' THEN has_sequence_privilege(r.oid, c.oid, p) ELSE has_table_privilege(r.oid, c.oid, p) END
      )), '{}') FROM roles r),
    'columns', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'privileges',
        CASE WHEN a.attacl IS NULL THEN '{}'::jsonb ELSE (
          SELECT jsonb_object_agg(r.rolname, (
            SELECT coalesce(jsonb_agg(p), '[]') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) p
            WHERE has_column_privilege(r.oid, c.oid, a.attnum, p)))
          FROM roles r) END) ORDER BY a.attnum), '[]')
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind <> 'S'),
    'functions', coalesce(rule.functions, '[]'), 'uses', coalesce(rule.columns, '[]'))
FROM relations c
JOIN pg_roles o ON o.oid = c.relowner
LEFT JOIN pg_rewrite w ON w.ev_class = c.oid AND w.rulename = '_RETURN' AND c.relkind = 'v'
LEFT JOIN uses rule ON rule.classid = 'pg_rewrite'::regclass AND rule.objid = w.oid
UNION ALL
SELECT 'policy', jsonb_build_object(
    'name', p.polname, 'relation', p.polrelid::int8, 'command', p.polcmd, 'permissive', p.polpermissive,
    'applies_to', (SELECT coalesce(jsonb_agg(r.rolname), '[]') FROM roles r WHERE EXISTS (
      SELECT FROM unnest(p.polroles) named WHERE named = 0 OR pg_has_role(r.oid, named, 'USAGE'))),
    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid),
    'functions', coalesce(u.functions, '[]'), 'uses', coalesce(u.columns, '[]'))
FROM pg_policy p
JOIN relations c ON c.oid = p.polrelid
LEFT JOIN uses u ON u.classid = 'pg_policy'::regclass AND u.objid = p.oid
UNION ALL
-- What PostgreSQL computes while a row is written: defaults and generated columns, checks, keys of indexes.
SELECT 'computed', jsonb_build_object(
    'what', CASE a.attgenerated WHEN '' THEN 'default' ELSE 'generated column' END, 'name', a.attname,
    'relation', d.adrelid::int8, 'column', CASE a.attgenerated WHEN '' THEN a.attname END,
    'text', pg_get_expr(d.adbin, d.adrelid), 'functions', coalesce(u.functions, '[]'), 'uses', coalesce(u.columns, '[]'))
FROM pg_attrdef d
JOIN relations c ON c.oid = d.adrelid AND c.relkind IN ('r', 'p')
JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
LEFT JOIN uses u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
UNION ALL
SELECT 'computed', jsonb_build_object(
    'what', 'check', 'name', k.conname, 'relation', k.conrelid::int8, 'column', NULL,
    'text', pg_get_expr(k.conbin, k.conrelid), 'functions', coalesce(u.functions, '[]'), 'uses', '[]'::jsonb)
FROM pg_constraint k
JOIN relations c ON c.oid = k.conrelid
LEFT JOIN uses u ON u.classid = 'pg_constraint'::regclass AND u.objid = k.oid
WHERE k.contype = 'c'
UNION ALL
SELECT 'computed', jsonb_build_object(
    'what', 'index', 'name', i.indexrelid::regclass::text, 'relation', i.indrelid::int8, 'column', NULL,
    'text', concat_ws(' ', pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid)),
    'functions', coalesce(u.functions, '[]'), 'uses', '[]'::jsonb)
FROM pg_index i
JOIN relations c ON c.oid = i.indrelid
LEFT JOIN uses u ON u.classid = 'pg_class'::regclass AND u.objid = i.indexrelid
WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
UNION ALL
-- A foreign key is checked with the rights of the owner of the table that it refers to.
SELECT 'reference', jsonb_build_object(
    'name', k.conname, 'relation', k.conrelid::int8, 'target', k.confrelid::int8,
    'columns', (SELECT jsonb_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
FROM pg_constraint k
WHERE k.contype = 'f' AND k.conrelid IN (SELECT oid FROM roots)
UNION ALL
SELECT 'trigger', jsonb_build_object(
    'name', t.tgname, 'relation', t.tgrelid::int8, 'calls', t.tgfoid::int8,
    'on', ARRAY(SELECT event FROM (VALUES (4, 'INSERT'), (8, 'DELETE'), (16, 'UPDATE')) e (bit, event)
      WHERE t.tgtype::int & e.bit <> 0),
    'conditional', t.tgqual IS NOT NULL,
    'functions', coalesce((SELECT jsonb_agg(f) FROM jsonb_array_elements(u.functions) f WHERE f <> to_jsonb(t.tgfoid::int8)), '[]'))
FROM pg_trigger t
JOIN relations c ON c.oid = t.tgrelid
LEFT JOIN uses u ON u.classid = 'pg_trigger'::regclass AND u.objid = t.oid
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
UNION ALL
SELECT 'function', jsonb_build_object(
    'oid', f.oid::int8, 'schema', f.nspname, 'name', f.proname, 'signature', f.oid::regprocedure::text,
    'owner', o.rolname, 'definer', f.prosecdef, 'language', f.lanname, 'is_trigger', f.prorettype = 'trigger'::regtype,
    'most', f.pronargs, 'least', f.pronargs - f.pronargdefaults,
    'path', (SELECT substr(c, 13) FROM unnest(f.proconfig) c WHERE c LIKE 'search_path=%'),
    'body', CASE WHEN f.lanname = 'plpgsql' AND f.nspname <> 'pg_catalog' THEN pg_get_functiondef(f.oid)
      WHEN f.is_atomic THEN pg_get_function_sqlbody(f.oid) ELSE f.body END,
    'is_atomic', f.is_atomic, 'returns_set', f.proretset,
    'source', CASE WHEN f.is_atomic THEN pg_get_function_sqlbody(f.oid) ELSE f.body END,
    'parameters', (SELECT coalesce(jsonb_agg(coalesce(f.proargnames[n], '') ORDER BY n), '[]')
      FROM generate_series(1, coalesce(array_length(f.proargmodes, 1), f.pronargs)) n
      WHERE coalesce(f.proargmodes[n] IN ('i', 'b', 'v'), true)),
    'execute', (SELECT coalesce(jsonb_agg(r.rolname), '[]') FROM roles r WHERE has_function_privilege(r.oid, f.oid, 'EXECUTE')))
FROM functions f
JOIN pg_roles o ON o.oid = f.proowner
WHERE f.prokind IN ('f', 'p', 'w')
