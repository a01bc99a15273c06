"""What interrupts a script finds what it leaves, and does happen where it says."""

from pathlib import Path

import pytest

from pgproof.rehearsal import interrupting, terminating
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

CASES = Path(__file__).with_name("cases")


@pytest.mark.parametrize("how", interrupting.HOW)
def test_each_way_to_interrupt_finds_a_script_without_a_transaction(scratch_server, how):
    """An error, a terminated backend and a killed server each show what such a script leaves half done."""
    base, up = script.read(CASES / "baseline.sql"), script.read(CASES / "not-atomic" / "up.sql")
    with scratch_server.made(scratch_server.start, lambda connection: running.run(connection, base)) as name:
        found = list(interrupting.atomic(Rehearsal(scratch_server, name, (up,)), (), up, how))
    assert [each.name for each in found] == ["not-atomic"]
    assert "public.notes.seen" in found[0].what


@pytest.mark.parametrize(
    ("statement", "inside"),
    [
        ("ALTER TABLE public.notes ADD seen boolean", True),
        ("UPDATE public.notes SET body = upper(body)", True),
        ("DO $$ BEGIN DELETE FROM public.notes; END $$", True),
        ("CREATE FUNCTION public.one() RETURNS int LANGUAGE sql AS 'SELECT 1'", True),
        ("SELECT count(*) FROM public.notes", False),
    ],
)
def test_a_backend_is_terminated_in_the_middle_of_a_statement(scratch_server, statement, inside):
    """What writes has begun and not ended when its backend goes, even where its lock_timeout is short."""
    base = script.read(CASES / "baseline.sql")
    up = script.parse(Path("up.sql"), f"BEGIN; SET LOCAL lock_timeout = '1ms'; {statement}; COMMIT")
    with (
        scratch_server.made(scratch_server.start, lambda connection: running.run(connection, base)) as name,
        scratch_server.clone(name) as database,
    ):
        assert terminating.terminate(database, up, 2) is inside
