"""What decides who may do what in a database: its roles, relations, policies, triggers and functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_SEQUENCE = "S"


class Use(NamedTuple):
    """What a stored expression reads: the functions it calls, and columns of relations by oid; None is the whole."""

    functions: tuple[int, ...] = ()
    columns: tuple[tuple[int, str | None], ...] = ()


@dataclass(frozen=True)
class Role:
    """A role, as pg_roles shows it.

    groups: the roles whose privileges it has. becomes: those of the callers that SET ROLE may choose.
    """

    name: str
    superuser: bool = False
    bypasses: bool = False
    logs_in: bool = False
    connections: int = -1
    expired: bool = False
    connects: bool = True
    groups: tuple[str, ...] = ()
    becomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A relation that somebody names or uses. kind: of pg_class.relkind.

    privileges: by role, on all of it. columns: by name, in their order, the privileges by role that only they have.
    owned_by: the roles that pass row-level security as its owner. as_caller: whether a view has its caller's rights.
    is_root: whether it was asked for.
    """

    oid: int
    schema: str
    name: str
    kind: str
    owner: str
    row_security: bool
    forced: bool
    as_caller: bool
    owned_by: frozenset[str]
    privileges: Mapping[str, frozenset[str]]
    columns: Mapping[str, Mapping[str, frozenset[str]]]
    use: Use
    is_root: bool

    @property
    def identity(self) -> str:
        """Its name with its schema, quoted where SQL needs it."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"

    @property
    def is_sequence(self) -> bool:
        """Whether it is a sequence, which has privileges of its own."""
        return self.kind == _SEQUENCE


@dataclass(frozen=True)
class Policy:
    """A policy. command: the letter of pg_policy.polcmd. applies_to: which of the roles it is for."""

    name: str
    relation: int
    command: str
    permissive: bool
    applies_to: frozenset[str]
    using: str | None
    check: str | None
    use: Use


@dataclass(frozen=True)
class Computed:
    """What is computed while a row is written. what: "default", "check" and so on. column: that has the default."""

    what: str
    name: str
    relation: int
    column: str | None
    text: str
    use: Use


@dataclass(frozen=True)
class Reference:
    """A foreign key, whose check asks as the owner of the target."""

    name: str
    relation: int
    target: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Trigger:
    """A trigger that fires in ordinary sessions. conditional: whether it has a WHEN, which calls the functions."""

    name: str
    relation: int
    calls: int
    events: frozenset[str]
    conditional: bool
    functions: tuple[int, ...]


@dataclass(frozen=True)
class Function:
    """A function. least, most: how many arguments it takes. path: its own search path, None if it has none.

    body: what pgproof.reach.bodies reads, None where nobody can. is_atomic: whether its names were looked up for good.
    source: its text alone. parameters: the names of what it takes, empty for those that have none.
    """

    oid: int
    schema: str
    name: str
    signature: str
    owner: str
    definer: bool
    language: str
    is_trigger: bool
    least: int
    most: int
    path: tuple[str, ...] | None
    body: str | None
    is_atomic: bool
    execute: frozenset[str]
    source: str | None
    parameters: tuple[str, ...]
    returns_set: bool

    @property
    def identity(self) -> str:
        """Its signature with its schema, as GRANT takes it."""
        arguments = self.signature[self.signature.index("(") :]
        return f"{quoted(self.schema)}.{quoted(self.name)}{arguments}"


@dataclass(frozen=True)
class Facts:
    """All that was read. relations and functions: by oid. usage: by schema, the roles that may look names up in it."""

    roles: Mapping[str, Role] = field(default_factory=dict)
    usage: Mapping[str, frozenset[str]] = field(default_factory=dict)
    relations: Mapping[int, Relation] = field(default_factory=dict)
    functions: Mapping[int, Function] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    computed: tuple[Computed, ...] = ()
    references: tuple[Reference, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    database: str = ""

    def relation(self, schema: str, name: str) -> Relation | None:
        """Return a relation by its name, None if there is none."""
        return next((each for each in self.relations.values() if (each.schema, each.name) == (schema, name)), None)

    def named(self, schema: str, name: str) -> list[Function]:
        """Return the versions of a function."""
        return [each for each in self.functions.values() if (each.schema, each.name) == (schema, name)]


def quoted(name: str) -> str:
    """Return a name as SQL needs it."""
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return name if plain else '"' + name.replace('"', '""') + '"'
