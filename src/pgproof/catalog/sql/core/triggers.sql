SELECT 'trigger', r.identity || ' ' || quote_ident(t.tgname), jsonb_build_object(
    'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled, 'calls', b.names, 'comment', obj_description(t.oid, 'pg_trigger')),
  r.parent_kind, r.parent
FROM pg_trigger t
JOIN with_members r ON r.oid = t.tgrelid
LEFT JOIN calls b ON b.classid = 'pg_trigger'::regclass AND b.objid = t.oid
WHERE NOT t.tgisinternal
