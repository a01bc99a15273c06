"""What is made of what live traffic met while a script ran."""

from pathlib import Path

import pytest

from pgproof.rehearsal import stalling
from pgproof.scripts import script
from pgproof.scripts.running import Failure

UP = script.parse(Path("up.sql"), "BEGIN;\nSELECT 1;\nCOMMIT")
QUIET = {"messages": 183, "script_ms": 1.0, "longest_send_ms": 2.0, "longest_read_ms": 1.0, "usual_ms": 1.0}
QUIET |= {"sends": 50, "lost": 0, "errors": (), "deadlocks": 0, "failure": None}


def failed(sqlstate):
    """The script failed at its second statement."""
    return Failure(UP.statements[1], 2, "it failed", sqlstate, ended=False)


@pytest.mark.parametrize(
    ("met", "found"),
    [
        ({}, []),
        ({"longest_send_ms": 101.0}, [("stall", None)]),
        ({"lost": 1}, [("lost", None)]),
        ({"errors": ("no",)}, [("send-fails", None)]),
        # Whether the script or a send is the one that fails is chance.
        ({"deadlocks": 1}, [("deadlocks", None)]),
        ({"deadlocks": 1, "failure": failed("40P01")}, [("deadlocks", None)]),
        ({"failure": failed("55P03")}, []),
        ({"failure": failed("23514")}, [("fails", 2)]),
    ],
)
def test_what_traffic_met_is_named(met, found):
    """Each way in which traffic and a script disturb each other has its name; giving up in time is not a finding."""
    stall = stalling.Stall("up.sql", **{**QUIET, **met})
    assert [(each.name, each.line) for each in stalling.judge(stall, UP, 100.0)] == found
