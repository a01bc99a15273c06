-- A definer function skips row-level security; one that does not compare who calls lets any user act for any other.
-- A variable that takes the caller counts as compared: what becomes of it no pattern can tell.
-- needs: exposed schema, role anon, role authenticated
SELECT f.identity,
  'runs with its owner''s rights for ' || f.callers || ', and never compares who calls',
  'compare its arguments with auth.uid(), or make it SECURITY INVOKER'
FROM functions f
CROSS JOIN LATERAL (
  -- Without comments, and without texts but those that name a claim.
  SELECT regexp_replace(
    regexp_replace(f.body, '--[^\n]*|/\*.*?\*/', '', 'g'), '''(?!request\.jwt)[^'']*''', '''''', 'g') AS code
) written
CROSS JOIN (
  VALUES ('(auth\.(uid|jwt|role)\s*\(\s*\)|current_setting\s*\(\s*''request\.jwt[^)]*\))')
) AS asked (caller)
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND f.callers IS NOT NULL
  AND written.code !~* ('(=|<>|!=|\mdistinct\s+from|\min)\s*\(*\s*(select\s+)?' || asked.caller)
  AND written.code !~* (asked.caller || '([\s)]|::\s*\w+|->>?\s*'''')*(=|<>|!=|\mis\s+(not\s+)?distinct|\min\M|\minto\M)')
