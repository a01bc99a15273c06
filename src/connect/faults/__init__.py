"""Front ends that are known to be bad: the page with one fault each, and the tests that notice it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connect.faults.scripts import Script, Scripts

if TYPE_CHECKING:
    from connect.faults.effects import Change


@dataclass(frozen=True)
class Fault:
    """One bad front end. Node ids are without an environment.

    does: what the page does wrong, or what is done to it, in words. caught_by: the test that has to fail.
    saying: a regular expression that its failure has to match. spared: a test that has to pass nevertheless.
    """

    name: str
    does: str
    changes: tuple[Change, ...]
    caught_by: str
    saying: str
    spared: str


LIST = "test_guide.py::test_conversations_load_without_an_error"
SENDING_ONCE = "test_guide.py::test_a_sent_message_appears_once"
FORM = "test_sign_in.py::test_a_stranger_sees_the_form"


def fault(name: str, does: str, *changes: Change | Script, by: str, saying: str, spares: str = LIST) -> Fault:
    """Return a fault, whose changes of scripts are made together. by, spares: tests below tests/e2e."""
    scripts = tuple(change for change in changes if isinstance(change, Script))
    made: list[Change] = [change for change in changes if not isinstance(change, Script)]
    if scripts:
        made.append(Scripts(scripts))
    return Fault(name, does, tuple(made), f"tests/e2e/{by}", saying, f"tests/e2e/{spares}")
