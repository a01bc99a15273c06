-- Without the rule that makes a relation a view, because it is the view's definition.
SELECT 'rule', r.identity || ' ' || quote_ident(w.rulename), jsonb_build_object(
    'definition', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled, 'calls', b.names, 'comment', obj_description(w.oid, 'pg_rewrite')),
  r.parent_kind, r.parent
FROM pg_rewrite w
JOIN with_members r ON r.oid = w.ev_class
LEFT JOIN calls b ON b.classid = 'pg_rewrite'::regclass AND b.objid = w.oid
WHERE w.rulename <> '_RETURN'
