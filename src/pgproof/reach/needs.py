"""What a statement needs of the database, and what was found of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

_ON = {
    "schema": "ON SCHEMA {0}",
    "relation": "ON TABLE {0}",
    "sequence": "ON SEQUENCE {0}",
    "function": "ON FUNCTION {0}",
}


class Need(NamedTuple):
    """A privilege that a role must have. kind: "schema", "relation", "sequence" or "function". column: None for all."""

    role: str
    privilege: str
    kind: str
    object: str
    column: str | None = None

    @property
    def right(self) -> str:
        """The privilege on the object, as GRANT and REVOKE take it."""
        columns = f" ({self.column})" if self.column else ""
        return f"{self.privilege}{columns} {_ON[self.kind].format(self.object)}"

    @property
    def refusal(self) -> str:
        """The words of the server."""
        name = self.object.partition("(")[0].rpartition(".")[2]
        kind = "table" if self.kind == "relation" else self.kind
        return f"42501: permission denied for {kind} {name}"


LOST = (
    "what was created again lost its grants, a REVOKE took more than it was meant to,"
    " or the project is one whose new objects are granted to nobody"
)
OWNED = "an owner was changed, as by a restore with --no-owner, by REASSIGN OWNED or by another role's migration"
CLOSED = "a policy was changed or dropped, or is for other roles"


class Fault(NamedTuple):
    """What keeps a caller from something. sees: what the caller gets. usually: how that comes about."""

    sees: str
    what: str
    to_do: str
    usually: str = CLOSED


@dataclass
class Way:
    """Everything on the way of some statements.

    held: what they rely on. missing: what they need in vain, and on whose behalf. unseen: by function, why its body
    cannot be looked at. policies: the names of those that are asked, each after its table. strangers: by role, the
    statements that give what it owns back to the owner of everything else.
    """

    held: dict[Need, str] = field(default_factory=dict)
    missing: dict[Need, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    unseen: dict[str, str] = field(default_factory=dict)
    policies: set[tuple[str, str]] = field(default_factory=set)
    strangers: dict[str, dict[str, None]] = field(default_factory=dict)

    def complaints(self) -> list[Fault]:
        """Return what is wrong: each cause once, with what mends it."""
        objects: dict[tuple[str, str, str], list[Need]] = {}
        for need in self.missing:
            objects.setdefault((need.role, need.kind, need.object), []).append(need)
        lacking: dict[str, list[Fault]] = {}
        for (role, _, __), needs in objects.items():
            lacking.setdefault(role, []).append(_complaint(needs, self.missing[needs[0]]))
        found = [
            each
            for role, complaints in lacking.items()
            for each in (self._of_stranger(role, complaints) if role in self.strangers else complaints)
        ]
        return [*found, *dict.fromkeys(self.faults)]

    def _of_stranger(self, role: str, complaints: list[Fault]) -> list[Fault]:
        """Return what a role lacks that owns by mistake: its grants would mend nothing but the first refusal."""
        first, *others = complaints
        more = f", and {len(others)} other privilege{'s' if len(others) > 1 else ''}" if others else ""
        return [Fault(first.sees, f"{first.what}{more}", " ".join(self.strangers[role]), OWNED)]


def _complaint(needs: list[Need], via: str) -> Fault:
    """Return what is wrong with one object for one role. via: on whose behalf it is needed first."""
    first = needs[0]
    columns: dict[str, list[str]] = {}
    for each in needs:
        columns.setdefault(each.privilege, []).extend([each.column] if each.column else [])
    rights = ", ".join(f"{name} ({', '.join(only)})" if only else name for name, only in columns.items())
    what = {
        "function": f"{first.role} may not execute {first.object}",
        "schema": f"{first.role} may not look anything up in schema {first.object}",
    }.get(first.kind, f"{first.role} lacks {rights} on {first.object}")
    to_do = f"GRANT {rights} {_ON[first.kind].format(first.object)} TO {first.role};"
    return Fault(first.refusal, f"{what}, {via}" if via else what, to_do, LOST)
