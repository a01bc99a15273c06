-- A SECURITY DEFINER function skips row-level security; if it does not check its caller, any user can act for another.
-- A caller that is put into a variable counts as checked, because no pattern can tell what becomes of the variable; so
-- does one that a helper asks for. Nothing has to be checked where the function only reads what belongs to no user, or
-- counts without being told what.
-- level: ERROR
-- categories: SECURITY
-- found: function with its owner's rights never checks its caller | functions with their owner's rights never check their callers
-- needs: exposed schema, role anon, role authenticated
WITH RECURSIVE
caller (pattern) AS (
  VALUES ('(auth\.(uid|jwt|role|email)\s*\(\s*\)|current_setting\s*\(\s*request\.jwt[^)]*\))')
),
written AS (
  SELECT f.*,
    -- What is put around a claim that may be missing goes: nullif(…, '') and coalesce(…, '{}').
    regexp_replace(plain.code,
      '\m(nullif|coalesce)\s*\(\s*((nullif|coalesce)\s*\(\s*)?' || caller.pattern || '(\s*,\s*''''(::\w+)?\s*\))?\s*,\s*''''(::\w+)?\s*\)',
      '\4', 'gi') AS code
  FROM functions f
  CROSS JOIN caller
  CROSS JOIN LATERAL (
    -- The body without comments, and without string constants except those that name a claim, which lose their quotes.
    SELECT regexp_replace(regexp_replace(regexp_replace(f.body,
      '--[^\n]*|/\*.*?\*/', '', 'g'), '''(request\.jwt[\w.]*)''', '\1', 'g'), '''[^'']*''', '''''', 'g') AS code
  ) plain
),
asking (oid, name, code) AS (
  SELECT w.oid, w.name, w.code FROM written w CROSS JOIN caller WHERE w.code ~* caller.pattern
  UNION
  SELECT w.oid, w.name, w.code FROM asking helper JOIN written w ON w.oid <> helper.oid
    AND strpos(lower(w.code), lower(helper.name)) > 0 AND w.code ~* ('\m' || helper.name || '"?\s*\(')
  WHERE helper.name ~ '^\w+$'
),
-- Tables with a row of a user: of the platform, with a column that names one, or with a reference to such a table.
of_users (oid, name) AS (
  SELECT c.oid, c.relname::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema'
    AND CASE n.nspname
      WHEN 'pg_catalog' THEN c.relname ~ '^pg_(authid|shadow|stat|user_mapping|subscription|hba|ident|file|db_role|largeobject)'
      ELSE n.nspname IN (SELECT name FROM platform_schemas) OR c.relkind IN ('v', 'm', 'f') OR EXISTS (
        SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND a.attname ~* 'user|member|participant|owner|sender|receiver|author|creat(ed_by|or)|profile|account|customer|person|mail|phone|address|password|secret|token|key|hash')
    END
  UNION
  SELECT c.oid, c.relname::text
  FROM of_users target
  JOIN pg_constraint f ON f.contype = 'f' AND f.confrelid = target.oid
  JOIN pg_class c ON c.oid = f.conrelid
)
SELECT f.identity,
  'runs with its owner''s rights for ' || f.callers || ', and never checks its caller',
  'compare its arguments with auth.uid(), or make it SECURITY INVOKER'
FROM written f
CROSS JOIN caller
CROSS JOIN LATERAL (
  SELECT CASE WHEN f.arguments > 0 THEN f.code ELSE regexp_replace(f.code,
    '\mselect\s+((count|sum|avg)\s*\([^()]*\)(::\w+)?(\s+as\s+\w+)?\s*,?\s*)+(\minto\s+\w+(\s*,\s*\w+)*\s+)?\mfrom\s+(\w+\.)?\w+', '', 'gi')
  END AS code
) read
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND f.callers IS NOT NULL
  -- The caller is compared, stored as the one whose row it is, handed to a check, or kept in a variable.
  AND f.code !~* ('(=|<>|!=|\mdistinct\s+from|\min|\mdefault|\musing|\mcase|\many|\marray)\s*[\[(]*\s*(select\s+)?' || caller.pattern)
  AND f.code !~* (caller.pattern || '([\s)]|::\s*\w+|(->>?|#>>?)\s*'''')*(=|<>|!=|\mis\s+(not\s+)?distinct|\min\M|\minto\M|\mi?like\M)')
  -- What stores its caller and changes rows besides may only keep a log.
  AND NOT (f.code ~* ('\minsert\s+into\M[^;]*' || caller.pattern)
    AND regexp_replace(f.code, '\mdo\s+update\M', '', 'gi') !~* '\m(update|delete|merge|truncate|execute)\M')
  AND f.code !~* ('\m(if|elsif|where|and|or|not|when|on)\M\s*\(*\s*(?!coalesce|nullif|exists)\w[\w.]*\s*\((?:[^();]|\([^();]*\))*(\(\s*select\s+)?' || caller.pattern)
  AND NOT EXISTS (
    SELECT FROM asking helper
    WHERE helper.oid <> f.oid AND helper.name ~ '^\w+$' AND strpos(lower(f.code), lower(helper.name)) > 0
      AND (f.code ~* ('(\m(if|elsif|where|and|or|not|when|on|in|exists|default)\M|=|<>|!=)\s*\(*\s*(select\s+)?([\w"]+\.)?"?' || helper.name || '"?\s*\(')
        OR helper.code ~* '\mraise\s+(exception\M|''|sqlstate|\w+\s*(using|;))'
          AND f.code ~* ('\m(perform|select|call)\s+([\w"]+\.)?"?' || helper.name || '"?\s*\('))
  )
  AND NOT (
    f.language IN ('sql', 'plpgsql')
    AND f.code !~* ('\m(insert|update|delete|merge|truncate|execute|copy|alter|drop|grant|revoke|create|call|lock|notify'
      || '|set_config|setval|nextval|dblink\w*|lo_\w+|\w+_to_xml\w*|pg_(terminate|cancel|reload|read|ls|sleep|notify|switch)\w*)\M')
    AND f.code !~* '(?!pg_catalog|auth|extensions)\m\w+\.\w+\s*\('
    AND NOT EXISTS (
      SELECT FROM functions other WHERE other.oid <> f.oid AND other.name ~ '^\w+$'
        AND strpos(lower(f.code), lower(other.name)) > 0 AND f.code ~* ('\m' || other.name || '"?\s*\('))
    AND NOT EXISTS (
      SELECT FROM of_users t
      WHERE strpos(lower(read.code), lower(t.name)) > 0 AND (t.name !~ '^\w+$' OR read.code ~* ('\m' || t.name || '\M')))
  )
