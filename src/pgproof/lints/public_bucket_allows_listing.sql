-- The files of a public bucket are served by their addresses without any policy. A policy that lets everybody select them
-- only adds that their names can be listed, also of those that nobody was told of.
-- level: WARN
-- categories: SECURITY
-- found: bucket's files can be listed by everybody | buckets' files can be listed by everybody
-- needs: role anon, role authenticated
SELECT 'bucket ' || listed.bucket,
  'can be listed by the policy ' || string_agg(p.name, ', ' ORDER BY p.name)
    || CASE WHEN seen THEN '' ELSE ' (whether the bucket is public could not be seen: no right to read storage.buckets)' END,
  'drop the policy if the pages only use addresses of files, or let it say whose files may be listed'
FROM buckets_seen
CROSS JOIN policies p
CROSS JOIN LATERAL (
  SELECT p.using_is_true AS always,
    ARRAY(SELECT replace(found.parts[1], '''''', '''')
      FROM regexp_matches(p.using_expression, '''((?:[^'']|'''')*)''', 'g') AS found (parts)) AS names,
    p.using_expression ~ '^\(bucket_id = (''(?:[^'']|'''')*''(::text)?|ANY \(ARRAY\[[^\]]*\]\))\)$' AS by_name
) broad
CROSS JOIN LATERAL (
  SELECT b.id AS bucket FROM buckets b WHERE b.public AND (broad.always OR b.id = ANY (broad.names))
  UNION ALL
  SELECT name FROM unnest(CASE WHEN broad.always THEN ARRAY['(any)'] ELSE broad.names END) name WHERE NOT seen
) listed
WHERE p.relation_identity = 'storage.objects' AND p.permissive AND p.command IN ('r', '*')
  AND p.api_roles <> '{}' AND (broad.always OR broad.by_name)
GROUP BY listed.bucket, seen
