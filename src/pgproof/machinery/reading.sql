-- What decides what happens on a write, and is not in the catalog of chosen schemas alone.
-- $1: the tables whose triggers count. $2: the bodies of functions that are known already. $3: roles. $4: settings.
WITH setting AS (
  SELECT coalesce(r.rolname, '') AS role, s.setdatabase <> 0 AS here, split_part(o, '=', 1) AS name,
    substr(o, strpos(o, '=') + 1) AS value
  FROM pg_db_role_setting s
  CROSS JOIN unnest(s.setconfig) o
  LEFT JOIN pg_roles r ON r.oid = s.setrole
  WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND (s.setrole = 0 OR r.rolname = ANY ($3))
), trigger AS (
  SELECT t.tgname, t.tgrelid, t.tgenabled, t.tgtype, t.oid, p.oid AS function, p.prosrc AS body, l.lanname AS language, p.provolatile AS volatility,
    format('%I.%I', n.nspname, p.proname) AS calls, p.proconfig AS config,
    (SELECT jsonb_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)) AS columns,
    pg_get_triggerdef(t.oid) AS definition, t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL AS transition
  FROM pg_trigger t
  JOIN pg_proc p ON p.oid = t.tgfoid
  JOIN pg_language l ON l.oid = p.prolang
  JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE NOT t.tgisinternal AND t.tgrelid IN (SELECT to_regclass(name) FROM unnest($1::text[]) name)
), own AS MATERIALIZED (
  SELECT p.oid, p.proname, n.nspname, l.lanname, p.proargnames, p.proargmodes, p.pronargs, p.proretset, p.proconfig,
    CASE WHEN p.prosqlbody IS NULL THEN p.prosrc ELSE pg_get_function_sqlbody(p.oid) END AS body
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind IN ('f', 'p')
), said AS (
  SELECT lower(string_agg(text, ' ')) AS text
  FROM (SELECT body FROM trigger UNION ALL SELECT unnest($2::text[])) b (text)
), function AS MATERIALIZED (
  -- Whatever a body may call, and what that may call in turn.
  SELECT oid, nspname, proname, lanname, body FROM (
    WITH RECURSIVE called AS (
      SELECT o.oid, o.nspname, o.proname, o.lanname, o.body FROM own o CROSS JOIN said s
      WHERE strpos(s.text, lower(o.proname)) > 0
        -- What the API calls first may set what bodies ask for.
        OR EXISTS (SELECT FROM setting WHERE name = 'pgrst.db_pre_request'
          AND o.proname = btrim(reverse(split_part(reverse(value), '.', 1)), ' "'))
      UNION
      SELECT o.oid, o.nspname, o.proname, o.lanname, o.body FROM called c JOIN own o
        ON c.lanname IN ('sql', 'plpgsql') AND strpos(lower(c.body), lower(o.proname)) > 0
    )
    SELECT * FROM called
  ) f
), body AS (
  SELECT concat_ws(' ', (SELECT text FROM said), (SELECT lower(string_agg(f.body, ' ')) FROM function f
    WHERE f.lanname IN ('sql', 'plpgsql'))) AS text
), call AS MATERIALIZED (
  SELECT DISTINCT m[1] AS name FROM body b CROSS JOIN regexp_matches(b.text, '([a-z_][a-z0-9_$]*)\s*\(', 'g') m
), named AS MATERIALIZED (
  -- Only what some body may name; whether it does, the grammar says.
  SELECT n.nspname, c.relname, c.oid
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN body b
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname NOT LIKE 'pg\_temp%' AND n.nspname <> 'pg_toast'
    AND strpos(b.text, lower(c.relname)) > 0
)
SELECT jsonb_build_object(
  'database', quote_ident(current_database()),
  'settings', (SELECT coalesce(jsonb_agg(jsonb_build_array(role, here, name, value)), '[]') FROM setting
    WHERE name = ANY ($4)),
  'set names', (SELECT coalesce(jsonb_agg(jsonb_build_array(role, here, name)), '[]') FROM setting),
  'known settings', (SELECT coalesce(jsonb_agg(DISTINCT m[1]), '[]')
    FROM body b CROSS JOIN regexp_matches(b.text, 'current_setting\s*\(\s*''([^'']+)''', 'g') m
    WHERE strpos(m[1], '.') > 0 AND current_setting(m[1], true) IS NOT NULL),
  'granted', (SELECT coalesce(jsonb_agg(jsonb_build_array(role, name)), '[]')
    FROM unnest($3::text[]) role JOIN pg_roles r ON r.rolname = role, unnest($4::text[]) name
    WHERE name IN (SELECT s.name FROM pg_settings s WHERE s.context = 'user')
      OR CASE WHEN strpos(name, '.') = 0 AND name IN (SELECT s.name FROM pg_settings s)
        THEN has_parameter_privilege(role, name, 'SET') ELSE false END),
  'connects', (SELECT datallowconn FROM pg_database WHERE datname = current_database()),
  'connection limit', (SELECT datconnlimit FROM pg_database WHERE datname = current_database()),
  'wal level', current_setting('wal_level'),
  'roles', (SELECT coalesce(jsonb_agg(rolname), '[]') FROM pg_roles),
  'functions to call', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(n.nspname, p.proname)), '[]')
    FROM setting s
    JOIN pg_proc p ON s.name LIKE 'pgrst.%' AND p.proname = reverse(split_part(reverse(s.value), '.', 1))
    JOIN pg_namespace n ON n.oid = p.pronamespace),
  'triggers', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', tgname, 'table', tgrelid::regclass::text, 'enabled', tgenabled, 'type', tgtype, 'columns', columns,
      'definition', definition, 'calls', calls, 'body', body, 'language', language, 'volatile', volatility = 'v', 'settings', config,
      'transition', transition) ORDER BY tgname), '[]') FROM trigger),
  'relations', (SELECT coalesce(jsonb_agg(jsonb_build_array(m.nspname, m.relname,
      (SELECT jsonb_agg(a.attname) FROM pg_attribute a
        WHERE a.attrelid = m.oid AND NOT a.attisdropped))), '[]') FROM named m),
  -- A type's name may be called like a function: that is a cast.
  'calls', (SELECT coalesce(jsonb_agg(jsonb_build_array(c.name,
      (SELECT jsonb_agg(DISTINCT n.nspname)
        FROM (SELECT pronamespace FROM pg_proc WHERE proname = c.name
          UNION ALL SELECT typnamespace FROM pg_type WHERE typname = c.name) f (namespace)
        JOIN pg_namespace n ON n.oid = f.namespace))), '[]') FROM call c),
  'functions', (SELECT coalesce(jsonb_agg(jsonb_build_object(
      'schema', o.nspname, 'name', o.proname, 'language', o.lanname, 'body', o.body, 'settings', o.proconfig,
      'returns_set', o.proretset, 'parameters', (SELECT jsonb_agg(coalesce(o.proargnames[n], '') ORDER BY n)
        FROM generate_series(1, coalesce(array_length(o.proargmodes, 1), o.pronargs)) n
        WHERE coalesce(o.proargmodes[n] IN ('i', 'b', 'v'), true)))), '[]')
    FROM own o WHERE o.oid IN (SELECT oid FROM function)))
