-- What every rule looks at: this is put in front of all rules, and each rule names what it needs of it.
-- identity: how people read a name, and how it is accepted. written: how a statement has to spell it.
-- platform_schemas comes before it, from the list of pgproof.supabase; objects of extensions are left out as well.
-- PostgREST reads this setting from its own role; a project that has never changed it exposes public.
exposed_setting (value) AS (
  SELECT coalesce(
    (SELECT split_part(setting, '=', 2)
      FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) setting
      WHERE r.rolname = 'authenticator' AND setting LIKE 'pgrst.db\_schemas=%'
        AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      ORDER BY s.setdatabase DESC LIMIT 1),
    'public')
),
exposed_names (name) AS (
  SELECT trim(part, ' "') FROM exposed_setting, string_to_table(value, ',') part
  EXCEPT
  SELECT name FROM platform_schemas
),
schemas AS (
  SELECT n.oid, n.nspname::text AS name, n.nspname IN (SELECT name FROM exposed_names) AS exposed
  FROM pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    AND n.nspname NOT IN (SELECT name FROM platform_schemas)
    -- Extensions make tables in these that are no members of theirs.
    AND n.nspname NOT LIKE '\_timescaledb\_%' AND n.nspname NOT IN ('pgroonga', 'pgtle')
),
extension_members AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
api_roles AS (
  SELECT oid, rolname::text AS name FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
),
relations AS (
  SELECT c.oid, s.name || '.' || c.relname AS identity, c.oid::regclass::text AS written, s.exposed, s.oid AS schema_oid,
    c.relkind AS kind, c.relowner AS owner,
    c.relrowsecurity AS row_security, c.reloptions AS options,
    -- The API roles that can read at least one column.
    (SELECT string_agg(r.name, ' and ' ORDER BY r.name) FROM api_roles r
      WHERE has_any_column_privilege(r.oid, c.oid, 'SELECT')) AS readers
  FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid)
),
functions AS (
  SELECT p.oid, s.name || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS identity,
    CASE p.prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || p.oid::regprocedure::text AS written,
    s.name AS schema, s.exposed, p.prosecdef AS definer, p.proconfig AS settings, p.proname::text AS name,
    p.pronargs AS arguments, (SELECT lanname::text FROM pg_language l WHERE l.oid = p.prolang) AS language,
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS body,
    p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AS is_trigger,
    coalesce(p.proacl, acldefault('f', p.proowner)) AS acl,
    (SELECT string_agg(r.name, ' and ' ORDER BY r.name) FROM api_roles r
      WHERE has_function_privilege(r.oid, p.oid, 'EXECUTE')) AS callers,
    -- The roles of the API that could no longer call it if PUBLIC could not. Nobody calls a trigger's function.
    ARRAY(SELECT r.rolname::text FROM pg_roles r
      WHERE r.rolname IN ('anon', 'authenticated', 'service_role')
        AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
        AND has_schema_privilege(r.oid, s.oid, 'USAGE') AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
        AND NOT EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
          WHERE x.grantee <> 0 AND x.privilege_type = 'EXECUTE' AND pg_has_role(r.oid, x.grantee, 'USAGE'))
      ORDER BY r.rolname) AS only_as_public
  FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace
  WHERE p.prokind IN ('f', 'p')
    AND NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid)
),
-- The tables of the platform on which a project writes policies of its own.
policy_tables AS (
  SELECT oid, identity, row_security, false AS platform FROM relations
  UNION ALL
  SELECT c.oid, n.nspname || '.' || c.relname, c.relrowsecurity, true
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE (n.nspname, c.relname) IN (('storage', 'objects'), ('storage', 'buckets'), ('realtime', 'messages'))
),
-- command: r, a, w, d, or * for all. roles: 0 stands for PUBLIC. tree: the stored form of both expressions.
-- platform: on a table of the platform's. row_security: whether the policy is asked at all.
policies AS (
  SELECT p.oid, p.polrelid AS relation, r.identity AS relation_identity, r.identity || ' ' || p.polname AS identity,
    p.polname::text AS name, p.polcmd::text AS command, p.polpermissive AS permissive, p.polroles AS roles,
    r.platform, r.row_security,
    pg_get_expr(p.polqual, p.polrelid) AS using_expression,
    pg_get_expr(p.polwithcheck, p.polrelid) AS check_expression,
    concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) AS expressions,
    concat(p.polqual::text, p.polwithcheck::text) AS tree,
    coalesce(pg_get_expr(p.polqual, p.polrelid) ~ '^(true|\((\w+) = \2\))$', false) AS using_is_true,
    coalesce(pg_get_expr(p.polwithcheck, p.polrelid) ~ '^(true|\((\w+) = \2\))$', false) AS check_is_true,
    -- The API roles to which it applies.
    ARRAY(SELECT role.name FROM api_roles role
      WHERE EXISTS (SELECT FROM unnest(p.polroles) member WHERE member = 0 OR pg_has_role(role.oid, member, 'USAGE'))
      ORDER BY role.name) AS api_roles
  FROM pg_policy p JOIN policy_tables r ON r.oid = p.polrelid
),
-- Whether an expression of a policy lets a caller through whoever he is: one row for each expression and API role.
-- What asks for the caller becomes @, and so does what no pattern can judge: a function of the project's, a sub-select
-- from a table. OR becomes |. Then brackets are dissolved from the inside: . where one alternative has no @, else @.
asked (policy, which, role, step, text) AS (
  SELECT p.oid, expression.which, role.name, 0,
    replace(regexp_replace(regexp_replace(regexp_replace(replace(replace(replace(
      regexp_replace(regexp_replace(regexp_replace(expression.text,
        '(auth\.role\(\)|\( SELECT auth\.role\(\) AS role\)) = ''' || role.name || '''::text', '.', 'g'),
        -- One channel by its name is meant for everybody.
        CASE p.relation_identity WHEN 'realtime.messages'
          THEN '(realtime\.topic\(\)|\( SELECT realtime\.topic\(\) AS topic\)|\mtopic\M) = (''|ANY \()' ELSE '\Z.' END,
        '@ = \2', 'g'),
        '''(?:[^'']|'''')*''', '''''', 'g'),
      'DISTINCT FROM', 'DISTINCT'), '||', '+'), ' FROM ', ' @ '),
      'auth\.(uid|jwt|role|email)\(\)', '@', 'g'),
      'current_setting\(', '@(', 'g'),
      '((?!storage\.|realtime\.|extensions\.)\m\w+|"[^"]+")\.(\w+|"[^"]+")\(', '@(', 'g'),
      ' OR ', '|')
  FROM policies p
  CROSS JOIN LATERAL (VALUES ('using', p.using_expression), ('check', p.check_expression)) AS expression (which, text)
  CROSS JOIN api_roles role
  WHERE expression.text IS NOT NULL AND role.name = ANY (p.api_roles)
  UNION ALL
  SELECT policy, which, role, step + 1,
    regexp_replace(regexp_replace(
      replace(text, CASE role WHEN 'anon' THEN '@ IS NULL' ELSE '@ IS NOT NULL' END, '.'),
      '\((?:[^()]*\|)?[^()@|]*(?:\|[^()]*)?\)', '.', 'g'),
      '\([^()|]*@[^()|]*(?:\|[^()|]*@[^()|]*)*\)', '@', 'g')
  FROM asked
  WHERE text ~ '\(' AND step < 100
),
open_expressions AS (
  SELECT DISTINCT ON (policy, which, role) policy, which, role,
    EXISTS (SELECT FROM string_to_table(
      replace(text, CASE role WHEN 'anon' THEN '@ IS NULL' ELSE '@ IS NOT NULL' END, '.'), '|') part
      WHERE part NOT LIKE '%@%') AS lets_through
  FROM asked
  ORDER BY policy, which, role, step DESC
),
-- The rows of storage.buckets, if this role can see them all. They are asked for in a text, as not every database has
-- the table; in hexadecimal, as they come back in XML.
buckets_seen (seen) AS (
  SELECT coalesce(bool_or(
    has_schema_privilege(c.relnamespace, 'USAGE') AND has_column_privilege(c.oid, 'id', 'SELECT')
    AND has_column_privilege(c.oid, 'public', 'SELECT') AND NOT row_security_active(c.oid)), false)
  FROM pg_class c
  WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'storage') AND c.relname = 'buckets'
    AND (SELECT count(*) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attname IN ('id', 'public') AND NOT a.attisdropped) = 2
),
buckets AS (
  SELECT convert_from(decode(parts[1], 'hex'), 'UTF8') AS id, parts[2] = 'true' AS public
  FROM buckets_seen, regexp_matches(
    CASE WHEN seen THEN query_to_xml(
      'SELECT encode(convert_to(id, ''UTF8''), ''hex'') AS id, coalesce(public, false) AS public FROM storage.buckets',
      false, false, '')::text
    ELSE '' END,
    '<id>([0-9a-f]*)</id>\s*<public>(\w+)</public>', 'g') AS found (parts)
),
-- What pg_graphql shows of names, columns and relationships, by API role. The root of a partitioned table is not shown,
-- its partitions are.
described (role, identity) AS (
  SELECT role.name, r.identity
  FROM relations r
  CROSS JOIN api_roles role
  WHERE EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_graphql')
    AND r.kind IN ('r', 'v', 'm', 'f')
    AND has_any_column_privilege(role.oid, r.oid, 'SELECT') AND has_schema_privilege(role.oid, r.schema_oid, 'USAGE')
),
-- A rule that names one of these in its line "needs" fails if it is not met: it could not have found anything.
preconditions (name, met, detail, to_do) AS (
  SELECT 'role ' || name, name IN (SELECT name FROM api_roles), 'there is no role ' || name,
      'create the API roles that every Supabase project has'
    FROM (VALUES ('anon'), ('authenticated')) AS wanted (name)
  UNION ALL
  SELECT 'exposed schema',
      EXISTS (SELECT FROM exposed_names) AND NOT EXISTS (SELECT name FROM exposed_names EXCEPT SELECT name FROM schemas),
      'the API exposes ' || value || ', but not all of these schemas exist',
      'create the schema, or set pgrst.db_schemas of the role authenticator'
    FROM exposed_setting
  UNION ALL
  SELECT 'publication supabase_realtime', EXISTS (SELECT FROM pg_publication WHERE pubname = 'supabase_realtime'),
      'there is no publication supabase_realtime', 'CREATE PUBLICATION supabase_realtime'
  UNION ALL
  SELECT 'function auth.uid',
      EXISTS (SELECT FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'auth')
        AND proname = 'uid'),
      'there is no function auth.uid()', 'create the schema auth that every Supabase project has'
  UNION ALL
  SELECT 'table auth.users',
      EXISTS (SELECT FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'auth')
        AND relname = 'users'),
      'there is no table auth.users', 'create the schema auth that every Supabase project has'
)
