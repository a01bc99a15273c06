"""`python -m harness accept` accepts what the rules find in a live database now, or says in one sentence why not."""

import subprocess
import sys
import tomllib
from datetime import timedelta

import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof.lints import acceptance

SECRET = "geheim"
TODAY = acceptance.today()
UNTIL = str(TODAY + timedelta(days=90))
ASKED = ("live:prod", "--reason", "known since spring", "--until", UNTIL)
PROJECT = """
[environments.prod]
[environments.staging]
"""
# One table breaks two rules, and so does the next one.
BAD = (
    "CREATE TABLE public.notes (id int); CREATE TABLE public.more (id int);"
    " GRANT SELECT ON public.notes, public.more TO anon"
)
BY_HAND = """# Ours.
[[accepted]]
rule = "no_primary_key"
object = "public.notes"
reason = "an import table"
expires = {}
"""


@pytest.fixture
def project(tmp_path):
    """The folder of a project that nothing is known of but its environments."""
    (tmp_path / "environments.toml").write_text(PROJECT)
    return tmp_path


@pytest.fixture
def admin(own_production, connect):
    """The administrator's connection to the database that is judged as if it were live, in which nothing is found."""
    connection = connect(own_production)
    connection.execute("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM authenticated")
    return connection


@pytest.fixture
def accept(own_production, as_verifier, project):
    """Runs the command as a person does; no output holds the secret or a stack trace."""
    dsn = as_verifier(own_production).replace("user=connect_verifier", f"user=connect_verifier password={SECRET}")

    def run(*words, **settings):
        done = subprocess.run(
            [sys.executable, "-m", "harness", "accept", "--project", str(project), *words],
            cwd=paths.ROOT,
            env=clean_environment({"PGPROOF_PROD_DSN": dsn, **settings}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert SECRET not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def test_what_is_there_is_accepted_by_rule(accept, admin, project):
    """Each rule gets one entry with its objects, a reason and a date; the counts are said, worst first."""
    admin.execute(BAD)
    done = accept(*ASKED)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"4 violations accepted until {UNTIL} in {project / 'accepted.toml'}",
        "  ERROR rls_disabled_in_public: 2 tables of the API have no row-level security",
        "  INFO  no_primary_key: 2 tables have no primary key",
    ]
    (first, second) = tomllib.loads((project / "accepted.toml").read_text())["accepted"]
    assert (first["rule"], second["rule"]) == ("rls_disabled_in_public", "no_primary_key")
    assert first["objects"] == second["objects"] == ["public.more", "public.notes"]
    assert (first["environment"], first["live"], first["reason"]) == ("prod", True, "known since spring")
    assert str(first["expires"]) == UNTIL


def test_what_is_accepted_is_not_accepted_again(accept, admin, project):
    """A second time there is nothing to accept, which is no failure; something new is added to what was there."""
    admin.execute(BAD)
    accept(*ASKED)
    before = (project / "accepted.toml").read_text()
    done = accept(*ASKED)
    assert (done.returncode, done.stdout) == (0, "nothing to accept\n")
    assert (project / "accepted.toml").read_text() == before
    admin.execute("CREATE TABLE public.third (id int PRIMARY KEY); GRANT SELECT ON public.third TO anon")
    done = accept(*ASKED)
    assert done.stdout.startswith("1 violation accepted")
    after = (project / "accepted.toml").read_text()
    assert after.startswith(before)
    assert after.count("public.third") == 1


def test_one_rule_is_accepted_alone(accept, admin, project):
    """With --rule only what breaks that rule is accepted, and --into names another file."""
    admin.execute(BAD)
    done = accept(*ASKED, "--rule", "no_primary_key", "--into", str(project / "mine.toml"))
    assert done.returncode == 0
    assert not (project / "accepted.toml").exists()
    (only,) = tomllib.loads((project / "mine.toml").read_text())["accepted"]
    assert only["rule"] == "no_primary_key"
    two = accept("live:prod", "--rule", "no_primary_key", "rls_disabled_in_public", "--reason", "x", "--until", UNTIL)
    assert two.stdout.startswith("4 violations accepted")


def test_what_a_person_wrote_stays(accept, admin, project):
    """An entry by hand stays as it is and counts; one that has expired is said to need a hand."""
    admin.execute(BAD)
    file = project / "accepted.toml"
    file.write_text(BY_HAND.format(UNTIL))
    assert accept(*ASKED).stdout.startswith("3 violations accepted")
    assert file.read_text().startswith(BY_HAND.format(UNTIL))
    past = TODAY - timedelta(days=1)
    file.write_text(BY_HAND.format(past))
    done = accept(*ASKED)
    assert done.stdout.startswith("4 violations accepted")
    assert (
        f"note: written by hand, so it was left as it is: no_primary_key, public.notes: expired on {past}"
        in done.stdout
    )
    assert file.read_text().startswith(BY_HAND.format(past))


def test_an_entry_of_its_own_goes_when_it_is_not_needed(accept, admin, project):
    """What was mended meanwhile is taken off the file with the next acceptance."""
    admin.execute(BAD)
    accept(*ASKED)
    admin.execute("DROP TABLE public.notes, public.more")
    assert accept(*ASKED).stdout == "nothing to accept\n"
    assert (project / "accepted.toml").read_text().strip() == ""


def test_what_cannot_be_judged_cannot_be_accepted(accept, admin, project):
    """An inconclusive rule is said, and no entry is written for it."""
    admin.execute("DROP PUBLICATION supabase_realtime")
    done = accept(*ASKED)
    assert done.returncode == 0
    assert done.stdout.startswith("nothing to accept\nnot accepted: ")
    assert "published_without_rls is inconclusive, as there is no publication supabase_realtime; CREATE" in done.stdout
    assert not (project / "accepted.toml").exists()


def test_show_lists_everything_and_writes_nothing(accept, admin, project):
    """With --show every object and the whole remedy is listed; it needs neither reason nor date."""
    admin.execute(
        "".join(
            f"CREATE TABLE public.t{number:02} (id int PRIMARY KEY); GRANT SELECT ON public.t{number:02} TO anon;"
            for number in range(30)
        )
    )
    done = accept("live:prod", "--show")
    assert done.returncode == 0
    assert done.stdout.startswith("rls_disabled_in_public (ERROR): 30 tables")
    assert done.stdout.count("ALTER TABLE public.t") == 30
    assert done.stdout.count("          public.t") == 30
    assert list(project.iterdir()) == [project / "environments.toml"]
    admin.execute("".join(f"DROP TABLE public.t{number:02};" for number in range(30)))
    assert accept("live:prod", "--show").stdout == "everything is accepted, or there is nothing to accept\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("prod", *ASKED[1:]), "'prod' is not a live database; write live:ENVIRONMENT, with one of prod, staging"),
        (("replica:prod", *ASKED[1:]), "'replica:prod' is not a live database"),
        (("live:test", *ASKED[1:]), "unknown environment 'test'; choose one of prod, staging"),
        (("live:staging", *ASKED[1:]), "a live run needs the database of staging: set PGPROOF_STAGING_DSN"),
        (ASKED[:3], "a date is missing; say how long this is accepted: --until YYYY-MM-DD"),
        (("live:prod", "--until", UNTIL), "a reason is missing; say why this can be lived with: --reason TEXT"),
        (("live:prod", "--until", UNTIL, "--reason", " "), "a reason is missing"),
        ((*ASKED[:3], "--until", "soon"), "--until is 'soon'; expected a date, such as "),
        ((*ASKED[:3], "--until", "20300131"), "--until is '20300131'; expected a date, such as "),
        ((*ASKED[:3], "--until", "2030-02-30"), "--until is '2030-02-30'; expected a date, such as "),
        ((*ASKED[:3], "--until", "2020-01-01"), "--until is 2020-01-01, which is past; today is "),
        ((*ASKED, "--rule", "no_key"), "unknown rule 'no_key'; choose from "),
        ((*ASKED, "--into", "/nowhere/accepted.toml"), "/nowhere/accepted.toml cannot be written: No such file or dir"),
        ((*ASKED, "--into", "/"), "/ cannot be read: Is a directory"),
    ],
    ids=lambda value: None if isinstance(value, str) else " ".join(value)[-20:],
)
def test_what_cannot_be_done_is_said_in_one_sentence(accept, admin, words, says):
    """Exit code 2, one line that names what is wrong and what to do, and nothing is written."""
    admin.execute(BAD)
    done = accept(*words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(says)


def test_a_file_with_a_mistake_is_not_added_to(accept, admin, project):
    """The mistake is named, and the file stays as it was."""
    admin.execute(BAD)
    file = project / "accepted.toml"
    for text, mistake in (
        ("[[accepted", "is not TOML"),
        ('[[accepted]]\nrule = "x"\n', "entry 1: 'reason' is missing"),
    ):
        file.write_text(text)
        done = accept(*ASKED)
        assert done.returncode == 2
        assert mistake in done.stderr
        assert file.read_text() == text


def test_a_role_that_can_write_is_refused(accept, own_production, project):
    """The database is reached as every live run reaches it: only by a role that can only read."""
    done = accept(*ASKED, PGPROOF_PROD_DSN=own_production)
    assert done.returncode == 2
    assert "can do more than read" in done.stderr
    assert not (project / "accepted.toml").exists()


def test_what_fails_nobody_is_accepted_by_name_only(accept, admin):
    """A rule that goes by statistics needs no entry, as no run fails by it."""
    admin.execute("CREATE TABLE private.notes (id int PRIMARY KEY, note text); CREATE INDEX ON private.notes (note)")
    admin.execute("INSERT INTO private.notes SELECT id, id FROM generate_series(1, 1000) id")
    admin.execute("DO $$ BEGIN FOR i IN 1 .. 1000 LOOP PERFORM FROM private.notes WHERE id = i; END LOOP; END $$")
    admin.execute("SELECT pg_stat_force_next_flush()")
    assert accept(*ASKED).stdout.startswith("nothing to accept")
    assert accept(*ASKED, "--rule", "unused_index").stdout.startswith("1 violation accepted")
