-- Columns of these types hold object ids, which change in a major upgrade, so pg_upgrade refuses to run.
-- level: WARN
-- categories: SECURITY
-- found: column stops a major upgrade | columns stop a major upgrade
SELECT r.identity || '.' || a.attname, 'is of type ' || format_type(a.atttypid, NULL), 'store the name as text'
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.kind IN ('r', 'p', 'm')
  AND a.atttypid IN (
    'regcollation'::regtype, 'regconfig'::regtype, 'regdictionary'::regtype, 'regnamespace'::regtype,
    'regoper'::regtype, 'regoperator'::regtype, 'regproc'::regtype, 'regprocedure'::regtype
  )
