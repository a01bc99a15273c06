-- A SECURITY DEFINER function skips row-level security; if it does not check its caller, any user can act for another.
-- A caller that is put into a variable counts as checked, because no pattern can tell what becomes of the variable.
-- level: ERROR
-- found: function with its owner's rights never checks its caller | functions with their owner's rights never check their callers
-- needs: exposed schema, role anon, role authenticated
SELECT f.identity,
  'runs with its owner''s rights for ' || f.callers || ', and never checks its caller',
  'compare its arguments with auth.uid(), or make it SECURITY INVOKER'
FROM functions f
CROSS JOIN LATERAL (
  -- The body without comments, and without string constants except those that name a claim.
  SELECT regexp_replace(
    regexp_replace(f.body, '--[^\n]*|/\*.*?\*/', '', 'g'), '''(?!request\.jwt)[^'']*''', '''''', 'g') AS code
) written
CROSS JOIN (
  VALUES ('(auth\.(uid|jwt|role)\s*\(\s*\)|current_setting\s*\(\s*''request\.jwt[^)]*\))')
) AS asked (caller)
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND f.callers IS NOT NULL
  AND written.code !~* ('(=|<>|!=|\mdistinct\s+from|\min)\s*\(*\s*(select\s+)?' || asked.caller)
  AND written.code !~* (asked.caller || '([\s)]|::\s*\w+|->>?\s*'''')*(=|<>|!=|\mis\s+(not\s+)?distinct|\min\M|\minto\M)')
