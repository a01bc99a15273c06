-- Which column of which relation each column of each view shows unchanged, as one JSON document.
-- The stored query of a view names, for each column of its result, the column that it comes from. Braces tell which of
-- them are the result's own, and not those of a query inside it. A set operation has several queries, so that nothing
-- can be said of its columns.
WITH made AS MATERIALIZED (
  SELECT r.ev_class, r.ev_action::text AS query
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  JOIN pg_catalog.pg_namespace n ON n.oid = v.relnamespace
  WHERE r.rulename = '_RETURN' AND v.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
),
found AS MATERIALIZED (
  SELECT made.ev_class, each.parts[2]::int AS number, each.parts[3]::oid AS origin, each.parts[4]::int AS origin_number,
    sum(CASE each.parts[1] WHEN '{' THEN 1 WHEN '}' THEN -1 ELSE 0 END)
      OVER (PARTITION BY made.ev_class ORDER BY each.place) AS depth,
    each.parts[1] LIKE ':%' AS combines
  FROM made
  CROSS JOIN LATERAL regexp_matches(
    made.query,
    '(\\.|[{}]|:setOperations (?=\{))'
    '|:resno (\d+) :resname (?:\\.|[^\s\\])+ :ressortgroupref \d+ :resorigtbl (\d+) :resorigcol (\d+) :resjunk false',
    'g'
  ) WITH ORDINALITY AS each (parts, place)
)
SELECT coalesce(json_agg(DISTINCT jsonb_build_array(
  jsonb_build_array(n.nspname, c.relname), a.attname, jsonb_build_array(s.nspname, o.relname), b.attname
)), '[]')::text
FROM found AS shown
JOIN pg_catalog.pg_class c ON c.oid = shown.ev_class
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = shown.number
JOIN pg_catalog.pg_class o ON o.oid = shown.origin
JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace
JOIN pg_catalog.pg_attribute b ON b.attrelid = o.oid AND b.attnum = shown.origin_number
WHERE shown.depth = 2 AND shown.ev_class NOT IN (SELECT ev_class FROM found WHERE combines AND depth = 1)
