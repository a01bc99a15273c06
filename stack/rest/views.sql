-- Which column of which relation each column of each view shows unchanged, as one JSON document.
-- The stored query of a view names, for each column of its result, the column that it comes from. A set operation has
-- several queries, so that nothing can be said of its columns. The last match is that of the outermost query.
WITH made AS MATERIALIZED (
  SELECT r.ev_class, r.ev_action::text AS query
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
  WHERE r.rulename = '_RETURN' AND v.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT coalesce(json_agg(DISTINCT jsonb_build_array(
  jsonb_build_array(n.nspname, c.relname), a.attname, jsonb_build_array(s.nspname, o.relname), b.attname
)), '[]')::text
FROM (
  SELECT made.ev_class, (found.parts)[1]::int AS number, (found.parts)[3]::oid AS origin,
    (found.parts)[4]::int AS origin_number,
    row_number() OVER (PARTITION BY made.ev_class, (found.parts)[1] ORDER BY found.place DESC) AS backwards
  FROM made
  CROSS JOIN LATERAL regexp_matches(
    made.query,
    ':resno (\d+) :resname ((?:\\.|[^\s\\])+) :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+) :resjunk false',
    'g'
  ) WITH ORDINALITY AS found (parts, place)
  -- A query inside another has columns of its own names.
  JOIN pg_catalog.pg_attribute own ON own.attrelid = made.ev_class AND own.attnum = (found.parts)[1]::int
    AND own.attname = regexp_replace((found.parts)[2], '\\(.)', '\1', 'g')
  WHERE made.query !~ ':setOperations \{'
) AS shown
JOIN pg_catalog.pg_class c ON c.oid = shown.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = shown.number
JOIN pg_catalog.pg_class o ON o.oid = shown.origin
JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace
JOIN pg_catalog.pg_attribute b ON b.attrelid = o.oid AND b.attnum = shown.origin_number
WHERE shown.backwards = 1
