-- What the exposed schema holds, as one JSON document. Types are written so that any search path reads them alike.
SELECT json_build_object(
  'relations', (
    SELECT coalesce(json_object_agg(c.relname, json_build_object(
      'columns', (
        SELECT coalesce(json_agg(json_build_object(
          'name', a.attname,
          'type', format_type(a.atttypid, a.atttypmod),
          'default', CASE
            WHEN a.attidentity <> '' THEN
              format('nextval(%L::regclass)', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname))
            WHEN a.attgenerated = '' THEN (
              SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
              WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
            )
          END
        ) ORDER BY a.attnum), '[]')
        FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      ),
      'keys', (
        SELECT coalesce(json_agg(json_build_object(
          'primary', k.contype = 'p',
          'columns', (
            SELECT json_agg(a.attname ORDER BY u.place)
            FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
          )
        ) ORDER BY k.conname), '[]')
        FROM pg_constraint k
        WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u')
      )
    ) ORDER BY c.relname), '{}')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  ),
  'foreign_keys', (
    SELECT coalesce(json_agg(json_build_object(
      'name', k.conname,
      'table', c.relname,
      'columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
      ),
      'target', f.relname,
      'target_columns', (
        SELECT json_agg(a.attname ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
      )
    ) ORDER BY c.relname, k.conname), '[]')
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_class f ON f.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conparentid = 0
      AND c.relnamespace = 'public'::regnamespace AND f.relnamespace = 'public'::regnamespace
  ),
  'functions', (
    SELECT coalesce(json_agg(json_build_object(
      'name', p.proname,
      'parameters', (
        SELECT coalesce(json_agg(json_build_object(
          'name', coalesce(given.name, ''),
          'type', format_type(given.type, NULL),
          'variadic', given.mode = 'v',
          'required', given.place <= p.pronargs - p.pronargdefaults
        ) ORDER BY given.place), '[]')
        FROM (
          SELECT u.name, u.type, u.mode, row_number() OVER (ORDER BY u.place) AS place
          FROM unnest(
            p.proargnames,
            coalesce(p.proallargtypes, p.proargtypes::oid[]),
            coalesce(p.proargmodes, array_fill('i'::"char", ARRAY[cardinality(p.proargtypes::oid[])]))
          ) WITH ORDINALITY u (name, type, mode, place)
          WHERE u.mode IN ('i', 'b', 'v')
        ) given
      ),
      'returns', CASE
        WHEN p.prorettype = 'void'::regtype THEN 'void'
        WHEN t.typtype = 'c' OR p.prorettype = 'record'::regtype OR p.proargmodes && '{t,b,o}'::"char"[] THEN 'rows'
        ELSE 'values'
      END,
      'set', p.proretset,
      'reads', p.provolatile <> 'v',
      'relation', (
        SELECT c.relname FROM pg_class c
        WHERE c.oid = t.typrelid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace = 'public'::regnamespace
      ),
      'columns', (
        SELECT coalesce(json_agg(json_build_object('name', u.name, 'type', format_type(u.type, NULL), 'default', NULL)
                                 ORDER BY u.place), '[]')
        FROM unnest(p.proargnames, p.proallargtypes, p.proargmodes) WITH ORDINALITY u (name, type, mode, place)
        WHERE u.mode IN ('t', 'b', 'o')
      )
    ) ORDER BY p.proname, p.oid), '[]')
    FROM pg_proc p JOIN pg_type t ON t.oid = p.prorettype
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
  )
)::text
