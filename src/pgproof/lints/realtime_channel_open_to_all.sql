-- A policy on realtime.messages decides who joins a private channel. One that asks neither who is calling nor for one
-- channel by its name opens every private channel to everybody.
-- level: WARN
-- categories: SECURITY
-- found: policy opens private channels to everybody | policies open private channels to everybody
-- needs: role anon, role authenticated
SELECT p.identity,
  'lets ' || string_agg(DISTINCT o.role, ' and ' ORDER BY o.role) || ' '
    || CASE p.command WHEN 'r' THEN 'receive' WHEN 'a' THEN 'send' ELSE 'receive and send' END
    || ' in private channels without asking who takes part',
  'ask whether (SELECT auth.uid()) takes part in the channel that realtime.topic() names'
FROM policies p
JOIN open_expressions o ON o.policy = p.oid AND o.lets_through
  AND o.which = CASE p.command WHEN 'a' THEN 'check' ELSE 'using' END
WHERE p.relation_identity = 'realtime.messages' AND p.permissive AND p.command IN ('r', 'a', '*')
  -- rls_policy_always_true names it already.
  AND NOT (p.command <> 'r' AND (p.using_is_true OR p.check_is_true))
GROUP BY p.identity, p.command
