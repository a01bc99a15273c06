"""Every finding that a rehearsal can make, made by an example in cases/ that is wrong in just this one way."""

from dataclasses import replace
from pathlib import Path

import pytest

from connect.paths import SQL
from connect.project import PROJECT
from pgproof import rehearsal
from pgproof.hooks import Hooks
from pgproof.rehearsal.findings import MEANINGS

CASES = Path(__file__).with_name("cases")
# These are about messages, so they begin with the messaging system.
ON_MESSAGING = {"stall", "lost", "send-fails", "deadlocks"}
FOLDERS = sorted(folder.name for folder in CASES.iterdir() if folder.is_dir())
# What is found, where that is not the folder's name alone.
FOUND = {
    "good": set(),
    "refuses-bad-data": set(),
    "syntax-error-in-a-body": {"syntax-error"},
    "fails-half-way": {"fails", "fails-half-way"},
    "sets-a-sequence-back": {"changes-data"},
    # Nor was the constraint checked that refuses messages.
    "send-fails": {"send-fails", "leaves-worse"},
}
# Where it is found: the line of the file.
LINES = {
    "psql-meta-command": 1,
    "copy-from-stdin": 2,
    "not-utf8": 1,
    "template": 3,
    "refused-by-runner": 2,
    "syntax-error": 5,
    "syntax-error-in-a-body": 8,
    "drops-database": 1,
    "ends-connection": 5,
    "ends-other-connections": 4,
    "open-transaction": 4,
    "fails": 5,
    "fails-half-way": 3,
    "not-idempotent": 4,
    "no-lock-timeout": 2,
    "rewrites-table": 3,
    "outside-transaction": 2,
}
OPTIONS = {
    # psql itself reads the rows.
    "copy-from-stdin": {"runner": "supabase"},
    "stall": {"sizes": (10_000,), "bound": 5.0},
}
# Where senders waited for too long: what would not have made them wait, and its price.
ADVICE = {
    "stall": ("CREATE INDEX CONCURRENTLY", "can't be wrapped in one transaction"),
}


def config_of(name, **changes):
    """The rehearsal of an example."""
    folder = CASES / name
    messaging = name in ON_MESSAGING
    own = folder / "baseline.sql"
    baseline = [SQL / "baseline" / "messaging.sql"] if messaging else [own if own.exists() else CASES / "baseline.sql"]
    asked = {
        "ups": sorted(folder.glob("up*.sql")) or [folder / "up.sql"],
        "downs": sorted(folder.glob("down.sql")),
        "bad_data": sorted(folder.glob("bad.sql")),
        "supabase": messaging,
        "hooks": PROJECT.hooks if messaging else Hooks(),
        "sizes": (),
        **OPTIONS.get(name, {}),
        **changes,
    }
    return rehearsal.Config(baseline=baseline, **asked)


def test_every_finding_has_an_example():
    """A finding without an example may be one that can never be made."""
    assert set(MEANINGS) == {name for folder in FOLDERS for name in FOUND.get(folder, {folder})}


@pytest.mark.parametrize("name", FOLDERS)
def test_an_example_is_found_out(scratch_server, name):
    """The example's finding is made, at its line and with what to do, and no other."""
    result = rehearsal.rehearse(config_of(name), scratch_server)
    assert {each.name for each in result.findings} == FOUND.get(name, {name}), result
    assert result.exit_code == (1 if result.findings else 0)
    if name in LINES:
        assert LINES[name] in [each.line for each in result.findings], result.findings
    for words in ADVICE.get(name, ()):
        assert words in result.findings[0].advice


def test_a_finding_can_be_accepted(scratch_server):
    """What a person knows and wants does not count, but is still said."""
    result = rehearsal.rehearse(
        config_of("outside-transaction", accepted=frozenset({"outside-transaction"})), scratch_server
    )
    assert result.exit_code == 0
    assert {each.name for each in result.accepted} == {"outside-transaction"}
    assert any("not interrupted" in note for note in result.notes)


def test_raise_outside_a_do_block_says_what_is_wrong(scratch_server):
    """The commonest mistake of such scripts is explained, not only shown."""
    result = rehearsal.rehearse(config_of("syntax-error"), scratch_server)
    assert result.findings[0].advice == "RAISE is PL/pgSQL, not SQL: put it inside DO $$ BEGIN … END $$;"
    assert result.checks == {}, "nothing ran"


def test_a_broken_baseline_gives_no_verdict(scratch_server, tmp_path):
    """If the baseline does not apply, nothing was rehearsed: exit code 2, and where it failed."""
    baseline = tmp_path / "baseline.sql"
    baseline.write_text("SELECT 1;\nSELECT nothing;\n")
    good = config_of("good")
    broken = rehearsal.Config([baseline], good.ups, good.downs, supabase=False)
    result = rehearsal.rehearse(broken, scratch_server)
    assert result.exit_code == 2
    assert [(each.name, each.line) for each in result.findings] == [("fails", 2)]


def test_a_down_script_that_sets_a_sequence_back_is_not_reversible(scratch_server):
    """Numbers that are used already would come again."""
    example = config_of("sets-a-sequence-back")
    result = rehearsal.rehearse(config_of("sets-a-sequence-back", ups=example.downs, downs=example.ups), scratch_server)
    # The position that the first one sets is the one that the sequence has.
    assert [each.name for each in result.findings] == ["changes-nothing", "not-reversible"]
    assert "public.notes_id_seq: the sequence is set back" in result.findings[1].what


def test_a_table_without_a_fingerprint_is_said(scratch_server, tmp_path):
    """Rows that were not looked at are not called preserved."""
    baseline = tmp_path / "baseline.sql"
    baseline.write_text(
        "CREATE TABLE notes (id int, body text, author text);CREATE MATERIALIZED VIEW waiting AS SELECT 1 WITH NO DATA;"
    )
    good = config_of("good")
    asked = rehearsal.Config([baseline], good.ups, good.downs, supabase=False, rows=False)
    result = rehearsal.rehearse(asked, scratch_server)
    assert any("not fingerprinted" in note and "public.waiting" in note for note in result.notes)
    assert any("proves nothing: public.notes" in note for note in result.notes)


def test_empty_tables_of_the_platform_are_no_gap(scratch_server, tmp_path):
    """Only what a migration is about must have rows: the project's tables, and those of the platform that it names."""
    quiet = rehearsal.rehearse(config_of("good", supabase=True), scratch_server)
    assert not any("storage.objects" in note for note in quiet.notes)
    up = tmp_path / "up.sql"
    up.write_text("DROP POLICY IF EXISTS own ON storage.objects; CREATE POLICY own ON storage.objects USING (false)")
    down = tmp_path / "down.sql"
    down.write_text("DROP POLICY IF EXISTS own ON storage.objects")
    asked = config_of("good", supabase=True, ups=[up], downs=[down])
    named = rehearsal.rehearse(asked, scratch_server)
    assert any("they got a few rows: " in note and "storage.objects" in note for note in named.notes)
    bare = rehearsal.rehearse(replace(asked, rows=False), scratch_server)
    assert any("proves nothing: " in note and "storage.objects" in note for note in bare.notes)


def test_a_down_script_that_ends_the_connections_of_others_is_named(scratch_server):
    """It is named, and what it would disturb is not rehearsed."""
    down = CASES / "ends-other-connections" / "up.sql"
    result = rehearsal.rehearse(config_of("good", downs=[down]), scratch_server)
    assert [(each.name, each.line) for each in result.findings] == [("ends-other-connections", 4)]
    assert "ends the connections of others" in result.checks["atomic"]
