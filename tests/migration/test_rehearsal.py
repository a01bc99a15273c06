"""Each environment's own scripts, rehearsed by the engine that `python -m harness rehearse` is."""

from pgproof.rehearsal import applying, bodies, preserving, repeating, reversing


def test_every_body_compiles(rehearsed):
    """No function or DO block has a syntax error that would show only when it runs."""
    with rehearsed.after(()) as database, database.connect() as connection:
        for script in (*rehearsed.ups, *rehearsed.downs):
            assert list(bodies.syntax_errors(connection, script)) == []


def test_each_script_applies(rehearsed):
    """Each script applies as psql runs it, statement by statement, and ends its transaction."""
    assert list(applying.applies(rehearsed)) == []


def test_applying_again_changes_nothing(rehearsed):
    """Each script again, and all of them again, change nothing."""
    assert list(repeating.idempotent(rehearsed)) == []


def test_each_script_keeps_every_row(rehearsed):
    """No row of any table is changed, and there is no table that was not looked at, or had nothing to lose."""
    assert list(preserving.preserves_data(rehearsed)) == []
    assert list(preserving.unproven(rehearsed)) == []


def test_down_is_the_baseline_and_up_again_works(rehearsed):
    """Up and down is the baseline, grants included; up again is the first up."""
    assert list(reversing.reversible(rehearsed)) == []


def test_down_from_half_way_is_the_baseline(rehearsed):
    """Down after a part of the scripts is the baseline, too."""
    assert list(reversing.half_way(rehearsed)) == []
