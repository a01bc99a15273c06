"""What other tests do meanwhile: a server's roles are shared by all its databases, and so by all tests."""

from collections.abc import Iterable

_OTHERS = "roles that nothing in either database names differ"


def without_others(notes: Iterable[str]) -> list[str]:
    """Return the lines but for the one on roles that came or went between two readings of one server."""
    return [each for each in notes if not each.removeprefix("note: ").startswith(_OTHERS)]
