-- Functions, procedures, aggregates, window functions. A range type comes with functions of its own.
SELECT 'function', f.identity, jsonb_build_object(
    'result', pg_get_function_result(f.oid),
    'arguments', pg_get_function_arguments(f.oid),
    'signature', oidvectortypes(f.proargtypes),
    'kind', f.prokind,
    'language', (SELECT lanname FROM pg_language WHERE oid = f.prolang),
    'body', coalesce(pg_get_function_sqlbody(f.oid), f.prosrc),
    'calls', b.names,
    'library', f.probin,
    'volatility', f.provolatile,
    'strict', f.proisstrict,
    'security definer', f.prosecdef,
    'leakproof', f.proleakproof,
    'parallel', f.proparallel,
    'cost', f.procost,
    'rows', f.prorows,
    'support', nullif(f.prosupport, 0)::regproc::text,
    'transforms', (SELECT jsonb_agg(t::regtype::text ORDER BY t::regtype::text COLLATE "C") FROM unnest(f.protrftypes) t),
    'settings', (SELECT jsonb_agg(o ORDER BY o COLLATE "C") FROM unnest(f.proconfig) o),
    'aggregate', (
      SELECT jsonb_build_object(
        'kind', a.aggkind, 'direct arguments', a.aggnumdirectargs,
        'state function', a.aggtransfn::regprocedure::text, 'state type', a.aggtranstype::regtype::text,
        'state size', a.aggtransspace, 'initial state', a.agginitval,
        'final function', a.aggfinalfn::regprocedure::text, 'final arguments', a.aggfinalextra,
        'final modifies', a.aggfinalmodify, 'combine function', a.aggcombinefn::regprocedure::text,
        'serial function', a.aggserialfn::regprocedure::text, 'deserial function', a.aggdeserialfn::regprocedure::text,
        'sort operator', a.aggsortop::regoperator::text,
        'moving state function', a.aggmtransfn::regprocedure::text,
        'moving inverse function', a.aggminvtransfn::regprocedure::text,
        'moving final function', a.aggmfinalfn::regprocedure::text,
        'moving final arguments', a.aggmfinalextra, 'moving final modifies', a.aggmfinalmodify,
        'moving state type', nullif(a.aggmtranstype, 0)::regtype::text, 'moving state size', a.aggmtransspace,
        'moving initial state', a.aggminitval)
      FROM pg_aggregate a WHERE a.aggfnoid = f.oid),
    'owner', f.proowner::regrole::text,
    'comment', obj_description(f.oid, 'pg_proc')),
  CASE WHEN maker.identity IS NOT NULL THEN 'type' ELSE 'schema' END, coalesce(maker.identity, f.nspname)
FROM functions f
LEFT JOIN calls b ON b.classid = 'pg_proc'::regclass AND b.objid = f.oid
LEFT JOIN LATERAL (
  SELECT t.identity FROM pg_depend d JOIN types t ON t.oid = d.refobjid OR d.refobjid IN (
      SELECT m.rngmultitypid FROM pg_range m WHERE m.rngtypid = t.oid)
  WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_type'::regclass AND d.deptype = 'i'
  LIMIT 1
) maker ON f.prokind = 'f'
