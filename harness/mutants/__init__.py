"""Defects of the messaging system, derived from its own catalog, and the tests that must notice each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from pathlib import Path

Group = tuple[str, ...]

# The environment whose own migration brings an object about; the others are spread over both.
_BROUGHT = {
    "chat_participants.chat_id": "prod",
    "chat_participants.user_id": "prod",
    "idx_chat_messages_sender_id": "prod",
    "mark_messages_as_read": "staging",
    "get_unread_count": "staging",
    "idx_chat_messages_reply_to": "staging",
}
_ENVIRONMENTS = ("prod", "staging")


@dataclass(frozen=True)
class Mutant:
    """One defect, in one environment's aligned clone or in one script.

    change: the SQL that makes it. script: the file that it is in, and the file's text then.
    caught_by: of each group, a test must fail whose node id begins like one of the group's members.
    """

    name: str
    environment: str
    change: str
    caught_by: tuple[Group, ...]
    script: tuple[Path, str] | None = None


def mutant(
    name: str,
    change: str,
    *caught_by: str | Group,
    environment: str | None = None,
    script: tuple[Path, str] | None = None,
) -> Mutant:
    """A mutant; {env} in a node id stands for its environment, which follows from its name if none is given."""
    chosen = environment or _environment_of(name)
    groups = ((each,) if isinstance(each, str) else each for each in caught_by)
    named = tuple(tuple(member.replace("{env}", chosen) for member in group) for group in groups)
    return Mutant(name, chosen, change, named, script)


def _environment_of(name: str) -> str:
    owner = (environment for thing, environment in _BROUGHT.items() if thing in name)
    return next(owner, _ENVIRONMENTS[crc32(name.encode()) % len(_ENVIRONMENTS)])


def parity(kind: str) -> str:
    """The test that compares this kind of object in both environments."""
    return f"tests/parity/test_messaging_objects.py::test_identical[{kind}]"


def lint(rule: str) -> str:
    """The test of one linter rule, or of one that compares with what is declared."""
    return f"tests/security/test_lints.py::test_rule[{{env}}-{rule}]"


def validation(check: str) -> str:
    """The test of one row of 004_validation.sql."""
    return f"tests/schema/test_validation.py::test_check_passes[{{env}}-{check}]"
