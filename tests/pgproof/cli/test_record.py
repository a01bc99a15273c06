"""`python -m harness record`: files for review, and what changed since the last ones; or one sentence."""

import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment


@pytest.fixture
def record_into(tmp_path):
    """Runs the command as a person does, into a folder of the test's own."""

    def run(*arguments, **settings):
        done = subprocess.run(
            [sys.executable, "-m", "harness", "record", *arguments, "--into", str(tmp_path / "recorded")],
            cwd=paths.ROOT,
            env=clean_environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return done

    return run


def test_each_environment_gets_its_folder(record_into, tmp_path):
    """Two places are two folders, with a file for each kind of thing and the manifest."""
    done = record_into("replica:prod", "replica:staging:baseline")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(" objects")[0].split(": ")[0] for line in done.stdout.splitlines()[::2]] == ["prod", "staging"]
    assert done.stdout.count("nothing was recorded before") == 2
    for name in ("prod", "staging"):
        found = {file.name for file in (tmp_path / "recorded" / name).iterdir()}
        assert {"record.toml", "tables.toml", "functions.toml", "grants.toml"} <= found


def test_recording_again_says_what_changed(record_into):
    """The second record names each change since the first in words, and asks nothing; a third one has none to name."""
    assert record_into("replica:prod:baseline").returncode == 0
    done = record_into("replica:prod")
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "  column public.chat_participants.chat_id: NOT NULL only in the database",
        "  column public.chat_participants.user_id: NOT NULL only in the database",
        "  index public.idx_chat_messages_sender_id: only in the database",
    ]
    assert record_into("replica:prod").stdout.splitlines()[1:] == ["  nothing changed since the record before"]


def test_a_damaged_record_is_replaced_and_that_is_said(record_into, tmp_path):
    """What was edited by hand cannot be compared; recording again says so and mends it."""
    record_into("replica:prod")
    (tmp_path / "recorded" / "prod" / "tables.toml").write_text("")
    done = record_into("replica:prod")
    assert done.returncode == 0
    assert "the record before cannot be compared: it is not as it was written" in done.stdout
    assert "nothing changed since the record before" in record_into("replica:prod").stdout


@pytest.mark.parametrize(
    ("places", "says"),
    [
        (["prod"], "'prod' is an environment; write live:prod or replica:prod"),
        (["postgresql://u:geheim@host/db"], "a PLACE names an environment of the project: live:ENVIRONMENT"),
        (["live:somewhere"], "unknown environment 'somewhere'; choose one of prod, staging"),
        (["replica:prod:half"], "unknown replica 'prod:half'; expected one of prod, staging, then :baseline or"),
        (["replica:prod", "live:prod"], "prod is named twice; an environment has one record in a folder"),
        (["live:prod"], "a live run needs the database of prod: set CONNECT_PROD_DSN"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_recorded_is_one_sentence(record_into, tmp_path, places, says):
    """Exit code 2, one sentence that shows no secret, and nothing is written."""
    done = record_into(*places)
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in done.stderr
    assert "geheim" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "recorded").exists()
