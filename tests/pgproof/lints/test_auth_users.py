"""A view over auth.users is named where a caller of the API really sees users through it, and nowhere else."""

import pytest

RULE = "auth_users_exposed"
GRANT = "; GRANT SELECT ON public.people TO anon"
INVOKER = "CREATE VIEW public.people WITH (security_invoker = on) AS SELECT id, email FROM auth.users" + GRANT
MAY_READ = "; GRANT SELECT (id, email) ON auth.users TO anon"
BAD = {
    "its owner's rights": "CREATE VIEW public.people AS SELECT id FROM auth.users" + GRANT,
    "stored": "CREATE MATERIALIZED VIEW public.people AS SELECT id FROM auth.users" + GRANT,
    "a column": "CREATE VIEW public.people AS SELECT id FROM auth.users; GRANT SELECT (id) ON public.people TO anon",
    "PUBLIC": "CREATE VIEW public.people AS SELECT id FROM auth.users; GRANT SELECT ON public.people TO PUBLIC",
    "behind a view": "CREATE VIEW private.users AS SELECT id FROM auth.users;"
    " CREATE VIEW public.people AS SELECT id FROM private.users" + GRANT,
    "behind a view that the caller reads": "CREATE VIEW private.users AS SELECT id FROM auth.users;"
    " GRANT SELECT ON private.users TO anon;"
    " CREATE VIEW public.people WITH (security_invoker = true) AS SELECT id FROM private.users" + GRANT,
    "in a sub-select": "CREATE VIEW public.people AS SELECT (SELECT max(email) FROM auth.users) AS last" + GRANT,
    "the caller may read, and no policy stops him": INVOKER
    + MAY_READ
    + "; ALTER TABLE auth.users DISABLE ROW LEVEL SECURITY",
    "the caller may read, and a policy lets him": INVOKER
    + MAY_READ
    + "; CREATE POLICY p ON auth.users FOR SELECT TO anon USING (true)",
}
GOOD = {
    # The good case of splinter's own, which had been named here.
    "no rights on auth.users": INVOKER,
    "no rights, and no row-level security either": INVOKER + "; ALTER TABLE auth.users DISABLE ROW LEVEL SECURITY",
    "rights, but no policy": INVOKER + MAY_READ,
    "a policy for others": INVOKER + MAY_READ + "; CREATE POLICY p ON auth.users TO service_role USING (true)",
    "a policy to delete": INVOKER + MAY_READ + "; CREATE POLICY p ON auth.users FOR DELETE TO anon USING (true)",
    "nobody of the API": "CREATE VIEW public.people AS SELECT id FROM auth.users;"
    " GRANT SELECT ON public.people TO service_role",
    "not exposed": "CREATE VIEW private.people AS SELECT id FROM auth.users; GRANT SELECT ON private.people TO anon",
    "an owner without rights": "CREATE VIEW public.people AS SELECT id FROM auth.users"
    + GRANT
    + "; ALTER VIEW public.people OWNER TO service_role",
    "behind a view that the caller may not read": "CREATE VIEW private.users AS SELECT id FROM auth.users;"
    " CREATE VIEW public.people WITH (security_invoker = true) AS SELECT id FROM private.users" + GRANT,
    "another table of that name": "CREATE TABLE private.users (id int PRIMARY KEY);"
    " CREATE VIEW public.people AS SELECT id FROM private.users" + GRANT,
}


@pytest.mark.parametrize("made", BAD.values(), ids=BAD)
def test_users_that_are_shown_are_named(objects_after, made):
    """The view is named, whoever of the API may select from it."""
    assert objects_after(RULE, made) == ["public.people"]


@pytest.mark.parametrize("made", GOOD.values(), ids=GOOD)
def test_users_that_nobody_sees_are_not_named(objects_after, made):
    """Where the caller is refused, or sees no row, nothing is exposed."""
    assert objects_after(RULE, made) == []
