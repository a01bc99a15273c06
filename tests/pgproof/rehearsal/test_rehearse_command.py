"""`python -m harness rehearse`, as a person or a pipeline runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof.cli import rehearse
from pgproof.rehearsal.checks import CHECKS
from pgproof.timing import eventually
from tests.pgproof.secret_cases import STRIPE

CASES = Path(__file__).with_name("cases")
PAIR = ("--up", CASES / "good" / "up.sql", "--down", CASES / "good" / "down.sql")
PLAIN = ("--platform", "none", "--baseline", CASES / "baseline.sql")


@pytest.fixture
def rehearse_command():
    """Runs the command and returns what it said and its exit code."""

    def run(*arguments, **settings):
        command = [sys.executable, "-m", "harness", "rehearse", *map(str, arguments)]
        keywords = {"cwd": paths.ROOT, "env": clean_environment(settings), "capture_output": True, "text": True}
        return subprocess.run(command, check=False, **keywords)

    return run


def test_a_good_pair_is_safe_and_reversible(rehearse_command):
    """Exit code 0, every check held, and the verdict last; how far it has come is told beside that."""
    done = rehearse_command(*PLAIN, *PAIR)
    assert done.returncode == 0
    assert all(line.startswith("rehearsing ") for line in done.stderr.splitlines())
    assert "✓ atomic" in done.stdout
    assert done.stdout.splitlines()[-1] == "safe and reversible: 0 findings"


def test_a_person_reads_where_a_finding_is_and_what_to_do(rehearse_command):
    """Exit code 1; the finding has its file, line and name, and what to do."""
    up = CASES / "no-lock-timeout" / "up.sql"
    done = rehearse_command(*PLAIN, "--up", up, *PAIR[2:])
    assert done.returncode == 1
    assert f"{up}:2: no-lock-timeout: AccessExclusiveLock on public.notes" in done.stdout
    assert "to do: begin the script with SET LOCAL lock_timeout" in done.stdout


def test_a_machine_gets_one_object_with_the_findings(rehearse_command):
    """One JSON object with the findings, the checks and what was measured."""
    done = rehearse_command(*PLAIN, "--json", "--up", CASES / "no-such-file.sql", *PAIR[2:])
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [each["name"] for each in found["findings"]] == ["missing-file"]
    assert found["exit_code"] == 1


@pytest.mark.parametrize("as_json", [True, False], ids=["json", "text"])
def test_a_secret_of_a_script_is_masked(rehearse_command, tmp_path, as_json):
    """Neither the advice that repeats a statement nor the first words of one, cut short, shows a key."""
    up = tmp_path / "up.sql"
    up.write_text(
        f"BEGIN; ALTER TABLE public.notes ADD hint text; UPDATE public.notes SET body = '{STRIPE}' WHERE id <> 9;"
        f"DO $$ BEGIN RAISE NOTICE 'the key is {STRIPE}'; END $$;"
        f"UPDATE public.notes SET body = upper(body), hint = '{STRIPE}'; COMMIT;"
    )
    done = rehearse_command(*PLAIN, "--only", "locks", "--no-down", "--up", up, *(["--json"] if as_json else []))
    assert done.returncode == 1, done.stderr
    assert "run instead: UPDATE public.notes SET body = '***' WHERE" in done.stdout
    assert "the key is ***" in done.stdout
    assert STRIPE[:16] not in done.stdout + done.stderr
    if as_json:
        assert any(each["statement"].endswith("hint = '***'") for each in json.loads(done.stdout)["locks"])


def test_a_missing_baseline_gives_no_verdict(rehearse_command):
    """Without its baseline nothing is said of the scripts: exit code 2."""
    done = rehearse_command("--platform", "none", "--baseline", CASES / "no-such-file.sql", *PAIR)
    assert done.returncode == 2
    assert "missing-file" in done.stdout


def test_each_check_can_be_asked_for_alone():
    """The command line knows all of them but the first two, without which there is nothing to check."""
    first, others = ([each.name for each in CHECKS if each.first is way] for way in (True, False))
    assert [rehearse.only(each) for each in rehearse.ONLY] == others
    assert first == ["syntax", "applies"]


def test_what_was_accepted_is_in_the_verdict(rehearse_command):
    """Without a way back nothing is called reversible."""
    done = rehearse_command(*PLAIN, *PAIR[:2], "--accept", "no-down")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "nothing found except what was accepted (no-down): 0 findings"


@pytest.mark.parametrize(
    "asked",
    [
        ("--set", "nothing"),
        ("--set", "nonsense=1"),
        ("--pg-version", "9"),
        ("--no-down",),
        ("--from", "2"),
        ("--up", CASES.parent),
    ],
)
def test_a_wrong_option_is_one_sentence(rehearse_command, asked):
    """Exit code 2 and one sentence, never a stack trace."""
    done = rehearse_command(*PLAIN, *PAIR, *asked)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--accept", "fails"), "'fails' cannot be accepted"),
        (("--accept", "missing-file"), "'missing-file' cannot be accepted"),
        (("--accept", "slow"), "there is no finding 'slow'; those that can be accepted are accepts-bad-data"),
        (("--accept", "stall:"), "expected FINDING, FINDING:FILE or FINDING:FILE:OBJECT"),
        (("--messages", "0"), "'0' is not a number of messages; expected a whole number above 0"),
        (("--messages", "many"), "'many' is not a number of messages"),
        (("--stall-bound", "nan"), "'nan' is not a time; expected milliseconds, above 0"),
        (("--stall-bound", "0"), "'0' is not a time"),
        (("--only", "everything"), "invalid choice: 'everything'"),
        (("--runner", "make"), "invalid choice: 'make'"),
    ],
)
def test_what_would_pass_anything_is_refused(rehearse_command, asked, said):
    """Exit code 2: no bound that nothing exceeds, and nothing accepted after which nothing is rehearsed."""
    done = rehearse_command(*PLAIN, *PAIR, *asked)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("podman", "unknown --postgres 'podman'; choose embedded, container or container:IMAGE"),
        ("container:postgres:17", "no container of postgres:17: "),
    ],
)
def test_where_nothing_can_be_rehearsed_is_one_sentence(rehearse_command, where, said):
    """Exit code 2 and what to do, for a server that is unknown and for an engine that does not answer."""
    done = rehearse_command(*PLAIN, *PAIR, "--postgres", where, DOCKER_HOST="unix:///nowhere/docker.sock")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_live_database_is_not_copied_into_a_container(rehearse_command):
    """The platform of an image and the one of a copy would be two; said before anything is read."""
    dsn = "postgresql://someone@nowhere.invalid/postgres"
    done = rehearse_command("--baseline", "live:prod", *PAIR, "--postgres", "container", CONNECT_PROD_DSN=dsn)
    assert done.returncode == 2
    assert "on which no live database can be copied" in done.stderr


def test_a_pair_is_rehearsed_in_a_container(rehearse_command, docker, container_image):
    """In a container of its own, which is crashed on the way and gone afterwards, the verdict is the same."""
    done = rehearse_command(*PLAIN, *PAIR, "--postgres", f"container:{container_image}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert eventually(lambda: not docker.containers.list(all=True, filters={"label": "connect-verification"}))
