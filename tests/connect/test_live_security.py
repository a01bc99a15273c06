"""The security tests judge a live database by reading alone; those that act are left to replicas."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest

from connect import paths
from connect.processes import clean_environment
from connect.project import PROJECT
from pgproof import lints
from pgproof.lints import acceptance
from pgproof.reporting import results
from pgproof.timing import eventually

ACTING = ("test_function_matrix.py", "test_row_security.py", "test_policies.py")
OWN = ("test_roles.py", "test_declared.py")
# What the platform grants for everything that is made in schema public.
ORDINARY = """
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO anon, authenticated
"""
# A table that is read often, and never by one of its indexes.
UNUSED = """
CREATE TABLE private.notes (id int PRIMARY KEY, note text);
CREATE INDEX by_note ON private.notes (note);
INSERT INTO private.notes SELECT id, id FROM generate_series(1, 1000) id;
DO $$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM FROM private.notes WHERE id = i; END LOOP; END $$;
SELECT pg_stat_force_next_flush()
"""
# A chat whose engineers keep their own list of what they accept.
OTHER = """
variables = "CONNECT"
hooks = "connect.hooks:ConnectHooks"
[environments.prod]
"""
# Everything that any table of this database ever had written to it, by the server's own count.
WRITTEN = """
SELECT sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del), sum(n_tup_hot_upd), sum(n_mod_since_analyze)
FROM pg_stat_user_tables
"""
GONE = "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'connect_verifier' AND datname = current_database()"


@pytest.fixture
def own_admin(own_production, connect):
    """The administrator's connection to the database that is judged as if it were live."""
    return connect(own_production)


@pytest.fixture
def judge(own_production, as_verifier, run):
    """Runs the security tests on it as connect_verifier."""
    dsn = as_verifier(own_production)
    return lambda *more: run("-m", "security", "--env", "prod", "--live", *more, CONNECT_PROD_DSN=dsn)


@pytest.fixture
def other_chat(tmp_path):
    """The folder of another project of this kind."""
    (tmp_path / "environments.toml").write_text(OTHER)
    return tmp_path


@pytest.fixture
def accept_here(own_production, as_verifier, other_chat):
    """Accepts what is there, as a person does."""
    dsn = as_verifier(own_production)
    command = [sys.executable, "-m", "harness", "accept", "live:prod", "--project", str(other_chat)]

    def run(*words):
        return subprocess.run(
            [*command, *words],
            cwd=paths.ROOT,
            env=clean_environment({"CONNECT_PROD_DSN": dsn}),
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_aligned_database_passes_and_nothing_is_written(own_admin, judge):
    """Exit code 0, the acting tests deselected and counted, and not one row written."""
    own_admin.execute("SELECT pg_stat_force_next_flush()")
    before = own_admin.execute(WRITTEN).fetchone()
    done = judge()
    assert done.returncode == 0, done.stdout
    assert "deselected" in done.stdout
    assert eventually(lambda: own_admin.execute(GONE).fetchone()[0])
    assert own_admin.execute(WRITTEN).fetchone() == before


def test_only_what_holds_anywhere_is_collected(judge):
    """Of a live database only the rules are selected: not what acts, nor what is strict about our own baseline."""
    selected = judge("--collect-only", "-q").stdout
    assert "test_lints.py::" in selected
    assert not any(name in selected for name in (*ACTING, *OWN))


def test_what_is_wrong_is_named_by_its_cause(own_admin, judge):
    """Exit code 1; each rule is one failure that counts, and its remedy has the project's own names."""
    own_admin.execute("""
      GRANT SELECT ON public.chats, public.attachments TO anon;
      GRANT EXECUTE ON FUNCTION public.get_unread_count, public.mark_messages_as_read TO anon;
      CREATE VIEW public.everything AS SELECT * FROM public.chat_messages;
      GRANT SELECT ON public.everything TO authenticated;
    """)
    done = judge()
    assert done.returncode == 1
    assert "anon_reaches_messaging (WARN): 2 privileges" in done.stdout
    assert "REVOKE SELECT ON TABLE public.attachments, public.chats FROM PUBLIC, anon;" in done.stdout
    assert "anon_security_definer_function_executable (WARN): 2 functions" in done.stdout
    assert "security_definer_view (ERROR): 1 view passes row-level security by" in done.stdout
    assert "ALTER VIEW public.everything SET (security_invoker = on);" in done.stdout
    assert "accept live:prod --rule security_definer_view --reason TEXT --until YYYY-MM-DD" in done.stdout
    assert "schema.toml" not in done.stdout
    failed = re.findall(r"^FAILED .*\[prod-(\w+)\]", done.stdout, re.MULTILINE)
    assert failed[0] == "security_definer_view"
    assert sorted(failed[1:]) == ["anon_reaches_messaging", "anon_security_definer_function_executable"]


def test_what_is_accepted_is_green_and_what_is_new_is_red(own_admin, judge, accept_here, other_chat):
    """After `accept` only something new fails, by its own name; what was mended meanwhile is a note."""
    own_admin.execute(ORDINARY)
    here = f"--project={other_chat}"
    assert judge(here).returncode == 1
    accepted = accept_here("--reason", "known", "--until", str(acceptance.today() + timedelta(days=9)))
    assert accepted.returncode == 0, accepted.stderr
    done = judge(here)
    assert done.returncode == 0, done.stdout
    assert "note:" not in done.stdout
    own_admin.execute("REVOKE SELECT ON public.chats FROM anon; CREATE TABLE public.news (id int PRIMARY KEY)")
    own_admin.execute("GRANT SELECT ON public.news TO anon")
    done = judge(here)
    assert done.returncode == 1
    assert re.findall(r"^FAILED .*\[prod-(\w+)\]", done.stdout, re.MULTILINE) == ["rls_disabled_in_public"]
    assert "found:  public.news: " in done.stdout
    assert "no longer occur (public.chats: SELECT by anon)" in done.stdout
    tomorrow = str(acceptance.today() + timedelta(days=1))
    accepted = accept_here("--reason", "known", "--until", tomorrow, "--rule", "rls_disabled_in_public")
    assert accepted.stdout.startswith("1 violation accepted")
    assert judge(here).returncode == 0


def test_what_statistics_say_is_told_and_fails_nobody(own_admin, judge, tmp_path):
    """An index that no query used is a note and counts as debt; the run is green."""
    own_admin.execute(UNUSED)
    done = judge("--results", str(tmp_path / "live.json"))
    assert done.returncode == 0, done.stdout
    assert "note: unused_index (INFO): 1 index was never used" in done.stdout
    found = results.facts(results.read(tmp_path / "live.json").results, "debt")
    (debt,) = [each for each in found if each["rule"] == "unused_index"]
    assert (debt["count"], debt["accepted"]) == (1, 0)


def test_debt_is_counted_for_the_report(own_admin, judge, tmp_path):
    """Each rule's test records the rule, its level, how much breaks it, and how much of that is accepted."""
    own_admin.execute(ORDINARY)
    judge("--results", str(tmp_path / "live.json"))
    found = results.facts(results.read(tmp_path / "live.json").results, "debt")
    by_rule = {each["rule"]: each for each in found}
    assert len(by_rule) == len(found) == len(lints.rules(PROJECT.hooks.rules))
    assert by_rule["api_passes_row_security"] == {
        "rule": "api_passes_row_security",
        "level": "WARN",
        "count": 20,
        "accepted": 0,
    }
    assert by_rule["no_primary_key"]["count"] == 0
