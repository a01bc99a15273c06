"""The security tests judge a live database by reading alone; those that act are left to replicas."""

import pytest

from pgproof.timing import eventually

ACTING = ("test_function_matrix.py", "test_row_security.py", "test_policies.py")
# Everything that any table of this database ever had written to it, by the server's own count.
WRITTEN = """
SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), sum(n_tup_hot_upd), sum(n_mod_since_analyze)
FROM pg_stat_user_tables
"""
GONE = "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'connect_verifier' AND datname = current_database()"


@pytest.fixture
def admin(own_production, connect):
    """The administrator's connection to the database that is judged as if it were live."""
    return connect(own_production)


@pytest.fixture
def judge(own_production, as_verifier, run):
    """Runs the security tests on it as connect_verifier."""
    dsn = as_verifier(own_production)
    return lambda *more: run("-m", "security", "--env", "prod", "--live", *more, CONNECT_PROD_DSN=dsn)


def test_an_aligned_database_passes_and_nothing_is_written(admin, judge):
    """Exit code 0, the acting tests deselected and counted, and not one row written."""
    admin.execute("SELECT pg_stat_force_next_flush()")
    before = admin.execute(WRITTEN).fetchone()
    done = judge()
    assert done.returncode == 0, done.stdout
    assert "deselected" in done.stdout
    assert eventually(lambda: admin.execute(GONE).fetchone()[0])
    assert admin.execute(WRITTEN).fetchone() == before


def test_what_acts_is_not_collected(judge):
    """Only tests that look at the snapshot are selected for a live database."""
    selected = judge("--collect-only", "-q").stdout
    assert "test_roles.py::" in selected
    assert "test_lints.py::" in selected
    assert not any(name in selected for name in ACTING)


def test_what_is_wrong_is_named(admin, judge):
    """Exit code 1, and the failures name the table, the function and the view by the rules they break."""
    admin.execute("""
      GRANT SELECT ON public.chats TO anon;
      GRANT EXECUTE ON FUNCTION public.get_unread_count TO PUBLIC;
      CREATE VIEW public.everything AS SELECT * FROM public.chat_messages;
    """)
    done = judge()
    assert done.returncode == 1
    for name in (
        "test_anon_and_public_have_nothing[prod-chats]",
        "test_function_is_not_for_public_nor_anon[prod-public.get_unread_count]",
        "test_nothing_breaks_the_rule[prod-public_definer_function]",
        "test_nothing_breaks_the_rule[prod-anon_security_definer_function_executable]",
        "test_nothing_breaks_the_rule[prod-security_definer_view]",
    ):
        assert name in done.stdout
    assert "ALTER VIEW public.everything SET (security_invoker = on)" in done.stdout
