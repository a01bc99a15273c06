"""A chat of a test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from connect.scenario.people import Person


class Chat(NamedTuple):
    """A chat that the test created. name: unique in the run."""

    id: str
    name: str
    members: tuple[Person, ...]
