-- auth.uid() in a policy is called again for each row; (SELECT auth.uid()) is called once.
-- level: WARN
-- categories: PERFORMANCE
-- found: policy asks who is calling again for each row | policies ask who is calling again for each row
-- needs: function auth.uid
SELECT p.identity,
  'calls auth.uid() or a similar function for every row',
  'write (SELECT auth.uid()) in the policy'
FROM policies p
WHERE p.row_security AND regexp_replace(
    p.expressions, 'SELECT ([\w.]*\()*(auth\.(uid|jwt|role|email)\(\)|current_setting\()', '', 'gi'
  ) ~* 'auth\.(uid|jwt|role|email)\(\)|current_setting\('
