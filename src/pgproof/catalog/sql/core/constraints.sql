-- Constraints of tables and of domains. Disabling the triggers of a foreign key turns it off.
SELECT 'constraint', coalesce(r.identity, t.identity) || ' ' || quote_ident(c.conname), jsonb_build_object(
    'definition', pg_get_constraintdef(c.oid),
    'calls', b.names,
    'validated', c.convalidated,
    'deferrable', c.condeferrable,
    'deferred', c.condeferred,
    'inherited', c.coninhcount > 0,
    'local', c.conislocal,
    'triggers', (
      SELECT jsonb_agg(DISTINCT g.tgenabled) FROM pg_trigger g
      WHERE c.contype = 'f' AND g.tgconstraint = c.oid AND g.tgrelid = c.conrelid),
    'triggers there', (
      SELECT jsonb_agg(DISTINCT g.tgenabled) FROM pg_trigger g
      WHERE c.contype = 'f' AND g.tgconstraint = c.oid AND g.tgrelid = c.confrelid),
    'comment', obj_description(c.oid, 'pg_constraint')),
  CASE WHEN r.oid IS NULL THEN 'type' ELSE 'relation' END, coalesce(r.identity, t.identity)
FROM pg_constraint c
LEFT JOIN relations r ON r.oid = c.conrelid
LEFT JOIN types t ON t.oid = c.contypid
LEFT JOIN calls b ON b.classid = 'pg_constraint'::regclass AND b.objid = c.oid
WHERE c.contype NOT IN ('n', 't') AND (r.oid IS NOT NULL OR t.oid IS NOT NULL)
