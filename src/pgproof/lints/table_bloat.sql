-- Space that dead rows left behind is read with every scan. Estimated from the planner's statistics, where this role may
-- see them: 70 times as many pages as the rows need, and more than 20 MB too many.
-- level: INFO
-- categories: PERFORMANCE
-- found: table holds far more space than its rows need | tables hold far more space than their rows need
-- fails: no
SELECT t.identity, 'has ' || t.pages || ' pages, and its rows need about ' || t.needed,
  'VACUUM FULL the table while nobody uses it, or use pg_repack'
FROM (
  SELECT r.identity, c.relpages AS pages,
    -- A row: its pointer, header with the bitmap of nulls, and columns, each rounded to 8 bytes.
    greatest(1, ceil(c.reltuples * (4 + 24 + 8 * ceil(columns.count / 64.0) + 8 * ceil(columns.width / 8.0))
      / (current_setting('block_size')::float - 24)))::bigint AS needed
  FROM relations r
  JOIN pg_class c ON c.oid = r.oid
  JOIN pg_am am ON am.oid = c.relam AND am.amname = 'heap'
  JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT count(*) AS count, sum((1 - s.null_frac) * s.avg_width) AS width
    FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND NOT s.inherited
  ) columns
  WHERE r.kind = 'r' AND c.reltuples > 0
    AND columns.count = (
      SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
) t
WHERE t.pages > 70 * t.needed
  AND (t.pages - t.needed) * current_setting('block_size')::bigint > 20 * 1024 * 1024
