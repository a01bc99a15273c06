-- What several grantors gave a member counts once. Before PostgreSQL 16 the options followed from the member.
SELECT 'membership', 'of ' || quote_ident(r.rolname) || ' in ' || m.roleid::regrole::text, jsonb_build_object(
    'admin', bool_or(m.admin_option),
    'inherit', bool_or(coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit)),
    'set', bool_or(coalesce((to_jsonb(m) ->> 'set_option')::boolean, true))),
  'role', quote_ident(r.rolname)
FROM pg_auth_members m
JOIN pg_roles r ON r.oid = m.member
WHERE r.rolname !~ '^pg_'
GROUP BY r.rolname, m.roleid
