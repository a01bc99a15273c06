-- An index that no query reads costs time with every write, and space. Judged where the server's statistics allow it: the
-- table has 1,000 rows and was scanned 1,000 times, none of it by the index, and they were not reset within a week. An
-- index that alone covers a foreign key is kept.
-- level: INFO
-- categories: PERFORMANCE
-- found: index was never used | indexes were never used
-- fails: no
SELECT i.indexrelid::regclass::text,
  'was not used by any of ' || t.scans || ' scans of ' || r.identity,
  'drop it if nothing that runs seldom needs it'
FROM relations r
CROSS JOIN LATERAL (
  SELECT pg_stat_get_numscans(r.oid) + coalesce(sum(pg_stat_get_numscans(each.indexrelid)), 0) AS scans
  FROM pg_index each WHERE each.indrelid = r.oid
) t
JOIN pg_index i ON i.indrelid = r.oid
WHERE pg_stat_get_numscans(i.indexrelid) = 0 AND NOT i.indisunique AND NOT i.indisprimary AND NOT i.indisexclusion
  AND t.scans >= 1000 AND pg_stat_get_live_tuples(r.oid) >= 1000 AND NOT pg_is_in_recovery()
  AND coalesce(
    (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()), '-infinity') < now() - interval '7 days'
  AND NOT EXISTS (
    SELECT FROM pg_constraint c
    WHERE c.conrelid = r.oid AND c.contype = 'f' AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey
      AND NOT EXISTS (
        SELECT FROM pg_index other WHERE other.indrelid = r.oid AND other.indexrelid <> i.indexrelid AND other.indisvalid
          AND (other.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey))
