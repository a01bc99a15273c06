SELECT 'security label', l.objtype || ' ' || l.objname || ' by ' || l.provider, jsonb_build_object('label', l.label), NULL, NULL
FROM pg_seclabels l
WHERE l.objtype NOT IN ('role', 'database', 'tablespace')
