-- A definer function skips row-level security; one that never asks who calls lets any user act for any other.
-- needs: exposed schema, role anon, role authenticated
SELECT f.identity,
  'runs with its owner''s rights for ' || f.callers || ', and never asks who calls',
  'compare its arguments with auth.uid(), or make it SECURITY INVOKER'
FROM functions f
WHERE f.exposed AND f.definer AND NOT f.is_trigger AND f.callers IS NOT NULL
  AND regexp_replace(f.body, '--[^\n]*', '', 'g') !~* 'auth\.(uid|jwt|role)\s*\(|request\.jwt'
