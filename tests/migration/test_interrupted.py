"""However a script is interrupted, wherever, catalog and rows are as before it, or as after it."""

import pytest

from pgproof.rehearsal import interrupting


@pytest.mark.parametrize("how", interrupting.HOW)
def test_interruption_leaves_no_script_half_done(rehearsed, how):
    """Up and down, at each statement: an error after it, its backend terminated in it, the server killed after it."""
    way = list(interrupting.all_of(rehearsed))
    assert len(way) == len(rehearsed.ups) + len(rehearsed.downs), "each script runs inside a transaction"
    for prefix, script in way:
        assert list(interrupting.atomic(rehearsed, prefix, script, how)) == []
