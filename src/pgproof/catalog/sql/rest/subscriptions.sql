-- Without the connection, which connections.py reads where it may. The last four came with PostgreSQL 16 and 17: where
-- pg_subscription lacks such a column, its name is that of the NULL beside it.
SELECT 'subscription', quote_ident(s.subname), jsonb_build_object(
    'enabled', s.subenabled, 'slot', s.subslotname, 'synchronous commit', s.subsynccommit, 'binary', s.subbinary,
    'streaming', left(s.substream::text, 1), 'two-phase', s.subtwophasestate <> 'd', 'disable on error', s.subdisableonerr,
    'origin', newer.origin, 'password required', newer.password, 'run as owner', newer.owner, 'failover', newer.failover,
    'publications', (SELECT jsonb_agg(p ORDER BY p COLLATE "C") FROM unnest(s.subpublications) p),
    'owner', s.subowner::regrole::text, 'comment', obj_description(s.oid, 'pg_subscription')),
  NULL, NULL
FROM pg_subscription s
CROSS JOIN (VALUES (NULL::text, NULL::boolean, NULL::boolean, NULL::boolean))
  absent (suborigin, subpasswordrequired, subrunasowner, subfailover)
CROSS JOIN LATERAL (
  SELECT suborigin, subpasswordrequired, subrunasowner, subfailover FROM pg_subscription own WHERE own.oid = s.oid
) newer (origin, password, owner, failover)
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
