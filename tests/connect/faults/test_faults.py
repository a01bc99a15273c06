"""A known-bad front end survives unless the test that names it fails with the right words, and others do not."""

import re

import pytest

from connect.faults import FORM, fault, requests
from connect.faults.known import FAULTS
from connect.faults.requests import Requests
from connect.faults.scripts import Scripts, script
from connect.paths import ROOT

SCRIPTS = ROOT / "stack" / "web" / "static" / "js"
BEGINNING = "const root = find"
HARMLESS = script("main.js", (BEGINNING, f"// nothing\n{BEGINNING}"))
BROKEN = script("main.js", (BEGINNING, f"throw new Error('broken')\n{BEGINNING}"))

SCRIPT_CHANGES = {
    f"{fault.name} {number}": module
    for fault in FAULTS
    for number, module in enumerate(
        module for change in fault.changes if isinstance(change, Scripts) for module in change.files
    )
}


def test_there_are_enough_of_them_each_with_a_name():
    """At least twenty, whose names are told apart."""
    assert len({each.name for each in FAULTS}) == len(FAULTS) >= 20


@pytest.mark.parametrize("module", SCRIPT_CHANGES.values(), ids=SCRIPT_CHANGES)
def test_fault_fits_the_page(module):
    """What a fault replaces in the page's scripts is there, once, and something else takes its place."""
    text = (SCRIPTS / module.file).read_text()
    assert module.changed(text) != text


SURVIVORS = {
    "harmless": (HARMLESS, FORM, r"passed"),
    "elsewhere": (
        script("main.js", ("no such line", "")),
        FORM,
        r"not applicable: main.js contains 'no such line' 0 times",
    ),
    "ambiguous": (script("main.js", ("const ", "let ")), FORM, r"not applicable: main.js contains 'const ' \d+ times"),
    "unused": (Requests("GET", "chats", requests.dropped), FORM, r"not applicable: nothing was changed"),
    "other-words": (BROKEN, FORM, r"without saying 'reason'"),
}


@pytest.mark.parametrize("name", SURVIVORS)
def test_a_fault_not_caught_as_named_survives(fault_runner, name):
    """It changes nothing, nobody notices, or a test fails for another reason than the one that is named."""
    change, test, why = SURVIVORS[name]
    verdict, against = fault_runner.judge(fault(name, "does it", change, by=test, saying="reason"))
    assert verdict.survived
    assert re.search(why, against), against


def test_a_fault_that_breaks_everything_survives(fault_runner):
    """What makes every test fail is caught by none that names it."""
    everything = fault("everything", "does nothing", BROKEN, by=FORM, saying="matches nothing", spares=FORM)
    verdict, against = fault_runner.judge(everything)
    assert verdict.survived
    assert "which it does not concern, failed too" in against
