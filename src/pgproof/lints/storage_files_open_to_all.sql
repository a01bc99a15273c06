-- A policy on storage.objects that asks for the bucket alone lets every caller replace and delete the files of others, or
-- read those of a private bucket, or upload without signing in.
-- level: WARN
-- categories: SECURITY
-- found: policy gives files of others to everybody | policies give files of others to everybody
-- needs: role anon, role authenticated
SELECT p.identity,
  'lets ' || string_agg(DISTINCT o.role, ' and ' ORDER BY o.role) || ' '
    || CASE p.command WHEN 'r' THEN 'read' WHEN 'a' THEN 'upload' WHEN 'w' THEN 'replace' WHEN 'd' THEN 'delete'
      ELSE 'read, replace and delete' END
    || ' files without asking whose they are',
  'compare owner_id, or the first folder of the name, with (SELECT auth.uid())'
FROM policies p
JOIN open_expressions o ON o.policy = p.oid AND o.lets_through
  AND o.which = CASE p.command WHEN 'a' THEN 'check' ELSE 'using' END
WHERE p.relation_identity = 'storage.objects' AND p.permissive
  AND CASE p.command
    WHEN 'a' THEN o.role = 'anon'
    WHEN 'r' THEN EXISTS (
      SELECT FROM buckets b WHERE NOT b.public
        AND (p.using_expression !~ 'bucket_id' OR strpos(p.using_expression, quote_literal(b.id)) > 0))
    ELSE true
  END
  -- rls_policy_always_true names what asks nothing at all.
  AND NOT (p.command <> 'r' AND (p.using_is_true OR p.check_is_true))
GROUP BY p.identity, p.command
