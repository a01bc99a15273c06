-- Without the connection string, because it holds a password.
SELECT 'subscription', quote_ident(s.subname), jsonb_build_object(
    'enabled', s.subenabled, 'slot', s.subslotname, 'synchronous commit', s.subsynccommit, 'binary', s.subbinary,
    'streaming', s.substream, 'two-phase', s.subtwophasestate,
    'publications', (SELECT jsonb_agg(p ORDER BY p COLLATE "C") FROM unnest(s.subpublications) p),
    'owner', s.subowner::regrole::text, 'comment', obj_description(s.oid, 'pg_subscription')),
  NULL, NULL
FROM pg_subscription s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
