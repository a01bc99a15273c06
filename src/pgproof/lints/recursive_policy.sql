-- A policy that selects from its own table, directly or through other policies, asks itself for ever, and every query
-- of the table fails. PostgreSQL sees such a recursion if the policy that it meets again has a sub-select, too.
-- level: ERROR
-- categories: SECURITY
-- found: policy asks itself for ever | policies ask themselves for ever
WITH RECURSIVE
mentions AS (
  SELECT p.identity, p.relation, p.command, found.parts[1]::oid AS target
  FROM policies p, regexp_matches(p.tree, ':relid ([1-9][0-9]*)', 'g') AS found (parts)
),
reaches (identity, relation, target) AS (
  SELECT identity, relation, target FROM mentions
  UNION
  SELECT r.identity, r.relation, m.target
  FROM reaches r JOIN mentions m ON m.relation = r.target AND m.command IN ('r', '*')
)
SELECT r.identity,
  'selects from ' || r.relation::regclass::text || ' again, which its own policies guard',
  'ask a SECURITY DEFINER function in a schema that is not exposed'
FROM reaches r
WHERE r.target = r.relation
  AND EXISTS (
    SELECT FROM policies p
    WHERE p.relation = r.relation AND p.command IN ('r', '*') AND p.tree LIKE '%{SUBLINK%'
  )
