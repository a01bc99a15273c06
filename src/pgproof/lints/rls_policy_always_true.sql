-- A policy for writes that is always true lets every caller change every row, or give rows to others.
-- level: WARN
-- categories: SECURITY
-- found: policy lets everybody write anything | policies let everybody write anything
-- needs: role anon, role authenticated
SELECT p.identity,
  'lets ' || string_agg(role.name, ' and ' ORDER BY role.name) || ' write anything: USING '
    || coalesce(p.using_expression, 'nothing') || ', WITH CHECK ' || coalesce(p.check_expression, 'nothing'),
  'say in USING and WITH CHECK whose rows these are'
FROM policies p
CROSS JOIN unnest(p.api_roles) AS role (name)
WHERE p.row_security AND p.permissive AND p.command <> 'r'
  AND (p.using_is_true OR p.check_is_true)
GROUP BY p.identity, p.using_expression, p.check_expression
