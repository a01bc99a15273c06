SELECT 'trigger', r.identity || ' ' || quote_ident(t.tgname), jsonb_build_object(
    'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, 'comment', obj_description(t.oid, 'pg_trigger')),
  'relation', r.identity
FROM pg_trigger t
JOIN relations r ON r.oid = t.tgrelid
WHERE NOT t.tgisinternal
