-- Without the rule that makes a relation a view, because it is the view's definition.
SELECT 'rule', r.identity || ' ' || quote_ident(w.rulename), jsonb_build_object(
    'definition', pg_get_ruledef(w.oid), 'enabled', w.ev_enabled, 'comment', obj_description(w.oid, 'pg_rewrite')),
  'relation', r.identity
FROM pg_rewrite w
JOIN relations r ON r.oid = w.ev_class
WHERE w.rulename <> '_RETURN'
