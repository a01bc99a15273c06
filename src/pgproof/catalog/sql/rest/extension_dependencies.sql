-- ALTER … DEPENDS ON EXTENSION: dropping the extension drops the object.
SELECT 'extension dependency', o.type || ' ' || o.identity || ' on ' || quote_ident(x.extname), '{}'::jsonb, NULL, NULL
FROM pg_depend d
JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid,
  pg_identify_object(d.classid, d.objid, d.objsubid) o
WHERE d.deptype = 'x'
