"""Loads the page several times, and tells how each load went: one that hangs now and then is seen only so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pgproof import moment
from pgproof.browser import circumstances
from pgproof.errors import first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connect.scenario.people import Person
    from connect.scenario.scenario import Scenario
    from pgproof.browser import Tab
    from pgproof.moment import Moment


class Load(NamedTuple):
    """How one load went. to_list, to_live: seconds until the list was there and until changes flowed, None if never.

    waited_for: what the page waited for when time was up, or what hindered it; empty if the load ended. A page need not
    ask for changes before a conversation is open, so that to_live may be None of a load that ended.
    """

    number: int
    to_list: float | None
    to_live: float | None
    waited_for: str

    @property
    def hung(self) -> bool:
        """Whether the page never came as far as it should."""
        return bool(self.waited_for)

    def line(self) -> str:
        """Return the load as a row of the table."""
        to_live = _seconds(self.to_live) if self.hung or self.to_live is not None else f"{'-':>8}"
        return f"{self.number:>4}  {_seconds(self.to_list)}  {to_live}  {self.waited_for or 'nothing'}"

    def fact(self) -> dict[str, Any]:
        """Return the load for the report, in milliseconds."""
        milliseconds = [None if each is None else round(1000 * each) for each in (self.to_list, self.to_live)]
        return {
            "load": self.number,
            "to_list_ms": milliseconds[0],
            "to_live_ms": milliseconds[1],
            "waited_for": self.waited_for,
        }


def load(scenario: Scenario, person: Person, number: int) -> Load:
    """Load the page once, in a tab of its own, until its list is there and changes flow, if it asks for any.

    number: of the load.
    """
    began = moment.now()
    known = len(scenario.tabs)
    to_list = to_live = None
    try:
        tab = scenario.tab(person)
        tab.wait(lambda state: state.conversations, "the list of conversations", "conversation")
        to_list = _first_list(tab).monotonic - began.monotonic
        tab.wait_live()
        to_live = moment.now().monotonic - began.monotonic if tab.log.asks_for_realtime else None
    except AssertionError as error:
        tab = scenario.tabs[known]
        said = first_line(error)
        return Load(number, to_list, to_live, circumstances.loading(tab) if tab.log.under_way else said)
    # A picture of a good load tells nothing.
    scenario.tabs.remove(tab)
    tab.page.close()
    return Load(number, to_list, to_live, "")


def compared(loads: Sequence[Load]) -> list[Load]:
    """Return the loads, where those count as hung that asked for no changes although another one did."""
    live = next((each.number for each in loads if each.to_live is not None), None)
    if live is None:
        return [*loads]
    silent = f"the page, which subscribed to nothing, as it did in load {live}"
    return [each if each.hung or each.to_live is not None else each._replace(waited_for=silent) for each in loads]


def table(loads: Sequence[Load]) -> list[str]:
    """Return a heading and a line for each load."""
    return [f"{'load':>4}  {'to list':>8}  {'to live':>8}  waited for", *(each.line() for each in loads)]


def verdict(loads: Sequence[Load]) -> str | None:
    """Return how many loads hung, with the table, None if none did."""
    hung = [each for each in loads if each.hung]
    if not hung:
        return None
    said = f"{len(hung)} of {len(loads)} loads of the page hung; the first, load {hung[0].number}: {hung[0].waited_for}"
    return "\n".join([said, *table(loads)])


def _first_list(tab: Tab) -> Moment:
    return next(each.at for each in tab.recording if each.state.conversations)


def _seconds(given: float | None) -> str:
    return f"{'never' if given is None else f'{given:.2f} s':>8}"
