"""What a messaging schema is: schema.toml, read once. Every list of tables, functions or columns comes from it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOREIGN_KEY = re.compile(r"FOREIGN KEY \((\w+)\) REFERENCES ([\w.]+)\(id\)")
_VOLATILITY = {"volatile": "v", "stable": "s", "immutable": "i"}
_COMMANDS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}


@dataclass(frozen=True)
class Column:
    """A column. type: as PostgreSQL spells it (format_type). default: its expression, None if it has none."""

    type: str
    not_null: bool = False
    default: str | None = None


@dataclass(frozen=True)
class Index:
    """An index. on: its definition from the access method on. guide: whether the guide's validation names it."""

    on: str
    unique: bool = False
    guide: bool = False


@dataclass(frozen=True)
class Trigger:
    """A trigger, which fires for each row. when: such as "BEFORE INSERT". calls: its function."""

    when: str
    calls: str


@dataclass(frozen=True)
class Policy:
    """A permissive policy for the role authenticated. using, check: its expressions, each on one line."""

    command: str
    using: str | None = None
    check: str | None = None

    @property
    def code(self) -> str:
        """The letter of its command in pg_policy.polcmd."""
        return _COMMANDS[self.command]


@dataclass(frozen=True)
class Table:
    """A table of schema public, with row-level security, all of it published, and replica identity full.

    guide: whether the guide and the front end use its columns. privileges: of the API role on the whole table.
    insert, update: the columns that the API role may write.
    constraints: their definitions as pg_get_constraintdef returns them, by name.
    """

    privileges: frozenset[str]
    insert: tuple[str, ...]
    update: tuple[str, ...]
    columns: Mapping[str, Column]
    constraints: Mapping[str, str]
    indexes: Mapping[str, Index] = field(default_factory=dict)
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    guide: bool = False

    @property
    def kept(self) -> tuple[str, ...]:
        """The columns that only functions and defaults write."""
        return tuple(name for name in self.columns if name not in (*self.insert, *self.update))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The columns that are written once, by whoever inserts the row."""
        return tuple(name for name in self.insert if name not in self.update)


@dataclass(frozen=True)
class Function:
    """A function. name: with its schema. arguments, result: as PostgreSQL spells them.

    definer: whether it runs with its owner's rights. callers: who may execute it beside its owner and service_role.
    guide: whether it is one of the five that the guide counts.
    """

    name: str
    arguments: str
    result: str
    volatility: str
    definer: bool
    callers: tuple[str, ...]
    guide: bool = False

    @property
    def identity(self) -> str:
        """Its name and its arguments with their names, as pgproof's catalog identifies it."""
        return f"{self.name}({self.arguments})"

    @property
    def short(self) -> str:
        """Its name without the schema."""
        return self.name.partition(".")[2]

    @property
    def signature(self) -> str:
        """Its short name and the types of its arguments, as regprocedure shows it."""
        types = (each.split(" ", 1)[1] for each in self.arguments.split(", ") if each)
        return f"{self.short}({', '.join(types)})"

    @property
    def code(self) -> str:
        """The letter of its volatility in pg_proc.provolatile."""
        return _VOLATILITY[self.volatility]


class Addition(NamedTuple):
    """One thing that a script of sql/ creates. kind: "not null", "index" or "function". what: it is, in words."""

    script: str
    kind: str
    object: str
    what: str


class Reference(NamedTuple):
    """A column of a messaging table that refers to the id of the target, another table."""

    table: str
    column: str
    target: str


@dataclass(frozen=True)
class Schema:
    """The whole declaration.

    search_path: of its functions. guide_references: the columns whose foreign keys the guide's validation checks.
    additions: what the scripts of sql/ create. notices: that each script raises, by its file name.
    """

    schemas: tuple[str, ...]
    publication: str
    search_path: str
    guide_references: tuple[str, ...]
    tables: Mapping[str, Table]
    functions: Mapping[str, Function]
    additions: tuple[Addition, ...]
    notices: Mapping[str, tuple[str, ...]]

    @property
    def foreign_keys(self) -> tuple[Reference, ...]:
        """The foreign keys of the messaging tables; each target with its schema."""
        return tuple(
            Reference(table, match[1], match[2])
            for table, _, definition in self.of_tables("constraints")
            if (match := _FOREIGN_KEY.match(definition))
        )

    @property
    def references(self) -> tuple[Reference, ...]:
        """The foreign keys from one messaging table to another; each target without its schema.

        References to auth.users are left out: a verifier cannot read that table, so only the keys themselves count.
        """
        return tuple(
            Reference(table, column, target.removeprefix("public."))
            for table, column, target in self.foreign_keys
            if target.startswith("public.")
        )

    def of_tables(self, what: str) -> Iterator[tuple[str, str, Any]]:
        """Yield table, name and value of everything of one kind. what: "columns", "indexes", "policies" and so on."""
        for name, table in self.tables.items():
            for key, value in getattr(table, what).items():
                yield name, key, value

    def index(self, table: str, name: str) -> str:
        """Return an index's definition as pg_get_indexdef writes it with an empty search path."""
        index = self.tables[table].indexes[name]
        return f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {name} ON public.{table} USING {index.on}"

    def trigger(self, table: str, name: str) -> str:
        """Return a trigger's definition as pg_get_triggerdef writes it with an empty search path."""
        trigger = self.tables[table].triggers[name]
        return f"CREATE TRIGGER {name} {trigger.when} ON public.{table} FOR EACH ROW EXECUTE FUNCTION {trigger.calls}"

    def script_of(self, kind: str, name: str) -> str | None:
        """Return the script of sql/ that creates an object, None if every environment had it. kind: of Addition."""
        return next((each.script for each in self.additions if (each.kind, each.object) == (kind, name)), None)


def read(path: Path) -> Schema:
    """Return the declaration in a file.

    Raises tomllib.TOMLDecodeError, and KeyError or TypeError for a key that is unknown or missing.
    """
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    scripts: dict[str, dict[str, Any]] = content["scripts"]
    return Schema(
        tuple(content["schemas"]),
        content["publication"],
        content["search_path"],
        tuple(content["guide_references"]),
        {name: _table(table) for name, table in content["tables"].items()},
        {
            name: Function(name, **{**given, "callers": tuple(given["callers"])})
            for name, given in content["functions"].items()
        },
        tuple(Addition(script, **each) for script, given in scripts.items() for each in given["adds"]),
        {script: tuple(given["notices"]) for script, given in scripts.items()},
    )


def _table(given: dict[str, Any]) -> Table:
    def each(key: str, kind: type) -> dict[str, Any]:
        return {
            name: kind(**{part: one_line(text) if isinstance(text, str) else text for part, text in value.items()})
            for name, value in given.get(key, {}).items()
        }

    return Table(
        frozenset(given["privileges"]),
        tuple(given["insert"]),
        tuple(given["update"]),
        each("columns", Column),
        {name: one_line(definition) for name, definition in given["constraints"].items()},
        each("indexes", Index),
        each("triggers", Trigger),
        each("policies", Policy),
        given.get("guide", False),
    )


def one_line(text: str) -> str:
    """Return a text without the line breaks and runs of spaces that keep a file readable."""
    return " ".join(text.split())


SCHEMA = read(Path(__file__).with_name("schema.toml"))
SCHEMAS = SCHEMA.schemas
TABLES = tuple(sorted(SCHEMA.tables))
