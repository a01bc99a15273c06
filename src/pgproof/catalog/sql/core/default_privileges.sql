SELECT 'default privileges',
  'of ' || d.defaclrole::regrole::text || coalesce(' in schema ' || w.nspname, '') || ' on ' ||
    CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
      WHEN 'n' THEN 'schemas' WHEN 'L' THEN 'large objects' ELSE d.defaclobjtype::text END,
  jsonb_build_object('grants', (
    SELECT jsonb_agg(g ORDER BY g COLLATE "C")
    FROM aclexplode(d.defaclacl) x, concat(
      x.privilege_type, ' to ', coalesce(nullif(x.grantee, 0)::regrole::text, 'PUBLIC'),
      CASE WHEN x.is_grantable THEN ' with grant option' END) g)),
  CASE WHEN w.oid IS NOT NULL THEN 'schema' END, w.nspname
FROM pg_default_acl d
LEFT JOIN wanted w ON w.oid = d.defaclnamespace
WHERE d.defaclnamespace = 0 OR w.oid IS NOT NULL
