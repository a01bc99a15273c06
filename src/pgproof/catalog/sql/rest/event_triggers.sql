SELECT 'event trigger', quote_ident(t.evtname), jsonb_build_object(
    'event', t.evtevent, 'function', t.evtfoid::regproc::text, 'enabled', t.evtenabled,
    'tags', (SELECT jsonb_agg(tag ORDER BY tag COLLATE "C") FROM unnest(t.evttags) tag),
    'owner', t.evtowner::regrole::text, 'comment', obj_description(t.oid, 'pg_event_trigger')),
  NULL, NULL
FROM pg_event_trigger t
WHERE NOT EXISTS (SELECT FROM extension_members e WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid)
