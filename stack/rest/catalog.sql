-- What the exposed schemas hold, as one JSON document. $1: their names; $2: the schemas of the search path after them.
-- Types are written so that any search path reads them alike. Nothing here needs a privilege on a schema.
WITH spaces AS (
  SELECT oid, nspname AS name, nspname = ANY ($1::text[]) AS exposed, nspname = ANY ($1::text[] || $2::text[]) AS searched
  FROM pg_namespace
  WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
),
relations AS MATERIALIZED (
  SELECT c.oid, c.reltype, c.relkind, c.relispartition, c.relname AS name, s.name AS schema, s.exposed
  FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
),
exposed_functions AS MATERIALIZED (
  SELECT p.*, s.name AS schema
  FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
  WHERE s.exposed AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
)
SELECT json_build_object(
  'relations', (
    SELECT coalesce(json_agg(json_build_object(
      'schema', c.schema,
      'name', c.name,
      'view', c.relkind IN ('v', 'm'),
      'columns', (
        SELECT coalesce(json_agg(json_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, a.atttypmod),
          'base', CASE WHEN t.typtype = 'd' THEN format_type(pg_basetype(t.oid), NULL) END,
          'default', CASE
            WHEN a.attidentity <> '' THEN (
              SELECT format('nextval(%L::regclass)', d.objid::regclass) FROM pg_depend d
              WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
            )
            WHEN a.attgenerated = '' THEN coalesce(
              (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
               WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
              pg_get_expr(t.typdefaultbin, 0)
            )
          END
        ) ORDER BY a.attnum), '[]')
        FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      )
    ) ORDER BY c.schema, c.name), '[]')
    FROM relations c
    -- A partition is asked as its whole table.
    WHERE c.exposed AND NOT c.relispartition
  ),
  'keys', (
    SELECT coalesce(json_agg(json_build_object(
      'schema', c.schema,
      'table', c.name,
      'primary', k.contype = 'p',
      'columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
      )
    ) ORDER BY c.schema, c.name, k.conname), '[]')
    FROM pg_constraint k JOIN relations c ON c.oid = k.conrelid
    WHERE k.contype IN ('p', 'u')
  ),
  'foreign_keys', (
    SELECT coalesce(json_agg(json_build_object(
      'name', k.conname,
      'table', json_build_array(c.schema, c.name),
      'columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
      ),
      'target', json_build_array(f.schema, f.name),
      'target_columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
      )
    ) ORDER BY c.schema, c.name, k.conname), '[]')
    FROM pg_constraint k
    JOIN relations c ON c.oid = k.conrelid
    JOIN relations f ON f.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conparentid = 0
  ),
  -- Another version of a rule is another row, so that what a view is made of is read again only then.
  'rules', (
    SELECT coalesce(json_agg(concat_ws(':', r.oid, r.xmin) ORDER BY r.oid), '[]')
    FROM pg_rewrite r JOIN relations c ON c.oid = r.ev_class
    WHERE r.rulename = '_RETURN'
  ),
  'functions', (
    SELECT coalesce(json_agg(json_build_object(
      'schema', p.schema,
      'name', p.proname,
      'parameters', given.parameters,
      'returns', CASE
        WHEN p.prorettype = 'void'::regtype THEN 'void'
        WHEN base.typtype = 'c' OR p.proargmodes && '{t,b,o}'::"char"[] THEN 'rows'
        ELSE 'values'
      END,
      'set', p.proretset,
      'reads', p.provolatile <> 'v',
      'settings', coalesce(p.proconfig, '{}'),
      'relation', (SELECT c.name FROM relations c WHERE c.oid = base.typrelid AND c.schema = p.schema),
      'columns', CASE WHEN p.proargmodes && '{t,b,o}'::"char"[] THEN (
        SELECT coalesce(json_agg(json_build_object('name', u.name, 'type', format_type(u.type, NULL), 'default', NULL)
                                 ORDER BY u.place), '[]')
        FROM unnest(p.proargnames, p.proallargtypes, p.proargmodes) WITH ORDINALITY u (name, type, mode, place)
        WHERE u.mode IN ('t', 'b', 'o')
      ) ELSE (
        SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                                                   'default', NULL) ORDER BY a.attnum), '[]')
        FROM pg_attribute a WHERE a.attrelid = base.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) END
    ) ORDER BY p.schema, p.proname, p.pronargs, p.oid), '[]')
    FROM exposed_functions p
    -- A domain over a composite type stands for it.
    JOIN pg_type base ON base.oid = pg_basetype(p.prorettype)
    CROSS JOIN LATERAL (
      SELECT
        coalesce(json_agg(json_build_object(
          'name', coalesce(u.name, ''),
          -- A length belongs to a column or a cast, never to an argument: without it, any value is taken whole.
          'type', CASE u.type
            WHEN 'bit'::regtype THEN 'bit varying'
            WHEN 'bit[]'::regtype THEN 'bit varying[]'
            WHEN 'character'::regtype THEN 'character varying'
            WHEN 'character[]'::regtype THEN 'character varying[]'
            ELSE format_type(u.type, NULL)
          END,
          'variadic', u.mode = 'v',
          'required', u.place <= p.pronargs - p.pronargdefaults
        ) ORDER BY u.place), '[]') AS parameters,
        bool_and(u.name <> '') OR (
          count(*) = 1 AND min(u.type) IN ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype,
                                           'xml'::regtype)
        ) OR count(*) = 0 AS callable
      FROM (
        SELECT coalesce(u.name, '') AS name, u.type, u.mode, row_number() OVER (ORDER BY u.place) AS place
        FROM unnest(
          p.proargnames,
          coalesce(p.proallargtypes, p.proargtypes::oid[]),
          coalesce(p.proargmodes, array_fill('i'::"char", ARRAY[cardinality(p.proargtypes::oid[])]))
        ) WITH ORDINALITY u (name, type, mode, place)
        WHERE u.mode IN ('i', 'b', 'v')
      ) u
    ) given
    WHERE given.callable
  ),
  -- What makes an answer of a media type, the name of the domain that it returns: an aggregate of the rows of one relation
  -- or of any, or the function itself that is called.
  'handlers', (
    SELECT coalesce(json_agg(json_build_object(
      'media', lower(t.typname),
      'function', CASE WHEN p.prokind = 'a' THEN json_build_array(s.name, p.proname) END,
      'of', CASE
        WHEN p.prokind = 'f' THEN json_build_array(s.name, p.proname)
        WHEN p.proargtypes[0] <> 'anyelement'::regtype THEN (
          SELECT json_build_array(c.schema, c.name) FROM relations c WHERE c.reltype = p.proargtypes[0]
        )
      END,
      'any', p.prokind = 'a' AND p.proargtypes[0] = 'anyelement'::regtype
    ) ORDER BY s.name, p.proname, p.oid), '[]')
    FROM pg_proc p
    JOIN spaces s ON s.oid = p.pronamespace
    JOIN pg_type t ON t.oid = p.prorettype
    WHERE s.exposed AND t.typtype = 'd' AND t.typname ~ '^([A-Za-z0-9.-]+/[A-Za-z0-9.+-]+|[*]/[*])$'
      AND (p.prokind = 'f' AND NOT p.proretset OR p.prokind = 'a' AND p.pronargs = 1)
  ),
  -- Functions of one row: fields of it, or relations to others.
  'computed', (
    SELECT coalesce(json_agg(json_build_object(
      'schema', s.name,
      'name', p.proname,
      'of', json_build_array(c.schema, c.name),
      'type', format_type(p.prorettype, NULL),
      'searched', s.searched,
      'single', p.prorows = 1 OR NOT p.proretset,
      'target', CASE WHEN r.oid IS NOT NULL THEN json_build_array(r.schema, r.name) END
    ) ORDER BY s.name, p.proname, p.oid), '[]')
    FROM pg_proc p
    JOIN spaces s ON s.oid = p.pronamespace
    JOIN relations c ON c.reltype = p.proargtypes[0]
    LEFT JOIN relations r ON r.reltype = p.prorettype
    WHERE p.pronargs = 1 AND p.prokind = 'f' AND c.exposed
  ),
  -- Casts between a domain and JSON or text: how its values are shown and read.
  'representations', (
    SELECT coalesce(json_agg(json_build_object(
      'source', format_type(k.castsource, NULL),
      'target', format_type(k.casttarget, NULL),
      'function', format('%I.%I', s.nspname, p.proname)
    ) ORDER BY k.oid), '[]')
    FROM pg_cast k
    JOIN pg_type a ON a.oid = k.castsource
    JOIN pg_type b ON b.oid = k.casttarget
    JOIN pg_proc p ON p.oid = k.castfunc
    JOIN pg_namespace s ON s.oid = p.pronamespace
    WHERE k.castcontext = 'i' AND k.castmethod = 'f'
      AND (a.typtype = 'd' AND b.oid IN ('json'::regtype, 'text'::regtype)
           OR b.typtype = 'd' AND a.oid IN ('json'::regtype, 'text'::regtype))
  )
)::text
