-- Of two indexes on the same columns, one costs time with every write and helps no reader. Keep the primary key, else
-- the unique one, else the older one.
-- level: WARN
-- categories: PERFORMANCE
-- found: index repeats another one | indexes repeat others
WITH indexes AS (
  SELECT i.indexrelid, i.indrelid, i.indexrelid::regclass::text AS identity,
    (NOT i.indisprimary, NOT i.indisunique, i.indexrelid) AS rank, i.indisexclusion AS excludes,
    (c.relam, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, i.indnkeyatts,
     -- Of two unique indexes only one may take every NULL for the same.
     i.indisunique AND i.indnullsnotdistinct,
     coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), '')) AS what
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN relations r ON r.oid = i.indrelid
)
SELECT worse.identity,
  'the same as ' || string_agg(better.identity, ', ' ORDER BY better.identity),
  coalesce('ALTER TABLE ' || worse.indrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(owner.conname),
    'DROP INDEX ' || worse.identity)
FROM indexes worse
JOIN indexes better ON better.indrelid = worse.indrelid AND better.what = worse.what AND better.rank < worse.rank
  -- What an exclusion constraint forbids, no other index does.
  AND NOT worse.excludes
LEFT JOIN pg_constraint owner ON owner.conindid = worse.indexrelid AND owner.conrelid = worse.indrelid
GROUP BY worse.identity, worse.indrelid, owner.conname
