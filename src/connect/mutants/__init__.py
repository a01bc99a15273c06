"""Defects of the messaging system, derived from its own catalog, and the tests that must notice each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from connect.project import REPLICAS
from connect.schema import SCHEMA
from pgproof.mutation import Group, Mutant

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Group", "Mutant", "declared", "lint", "mutant", "parity", "validation"]

# A defect of what a script creates is made in the environment of that script; the others are spread over these.
_ENVIRONMENTS = tuple(REPLICAS)[:2]


def mutant(
    name: str,
    change: str,
    *caught_by: str | Group,
    environment: str | None = None,
    script: tuple[Path, str] | None = None,
) -> Mutant:
    """Return a mutant. change: the SQL of the defect. caught_by, script: as for pgproof.mutation.Mutant.

    {env} in a node id stands for the environment, which by default follows from the mutant's name.
    """
    chosen = environment or _environment_of(name)
    groups = ((each,) if isinstance(each, str) else each for each in caught_by)
    named = tuple(tuple(member.replace("{env}", chosen) for member in group) for group in groups)
    return Mutant(name, chosen, change, named, script)


def _environment_of(name: str) -> str:
    for addition in SCHEMA.additions:
        if addition.object.removeprefix("public.") in name:
            return next(
                environment.name
                for environment in REPLICAS.values()
                if addition.script in {path.name for path in environment.migrations}
            )
    return _ENVIRONMENTS[crc32(name.encode()) % len(_ENVIRONMENTS)]


def parity(kind: str) -> str:
    """Return the node id of the test that compares this kind of object in both environments."""
    return f"tests/parity/test_messaging_objects.py::test_both_show_identical_objects[{'-'.join(_ENVIRONMENTS)}-{kind}]"


def lint(rule: str) -> str:
    """Return the node id of the test of one rule, of the linter or of connect.hardening."""
    return f"tests/security/test_lints.py::test_nothing_breaks_the_rule[{{env}}-{rule}]"


def declared(rule: str) -> str:
    """Return the node id of the test of one rule of connect.declared."""
    return f"tests/security/test_declared.py::test_everything_is_as_declared[{{env}}-{rule}]"


def validation(check: str) -> str:
    """Return the node id of the test of one row of 004_validation.sql. check: the row's name."""
    return f"tests/schema/test_validation.py::test_check_passes[{{env}}-{check}]"
