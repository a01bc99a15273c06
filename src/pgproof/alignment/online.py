"""The forms of a step that let people work while it runs, for tables that are large.

The forms themselves are the rehearsal's advice (pgproof.rehearsal.safer); here they become parts of scripts: what has
to be committed by itself, what runs in no transaction, and rows that are filled in batches.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof.alignment import batches, texts, usual_names
from pgproof.alignment.guards import casts
from pgproof.alignment.steps import Forms, Part
from pgproof.catalog.statements.aligned import bare, literal, split
from pgproof.rehearsal import safer
from pgproof.rehearsal.forms import quoted
from pgproof.scripts import script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pgproof.alignment.steps import Step
    from pgproof.catalog import Catalog
    from pgproof.rehearsal.forms import Form
    from pgproof.scripts.script import Statement

# The commands that read or write every row. All others are over in a moment, once they have their lock.
_LONG = {"AT_AddColumn", "AT_AddConstraint", "AT_AlterColumnType", "AT_AttachPartition", "AT_SetNotNull"}
_LONG |= {"AT_SetLogged", "AT_SetUnLogged", "AT_SetAccessMethod", "AT_SetTableSpace"}
# What runs longer than a moment although its own lock lets people work, so no other lock may be held meanwhile.
_VALIDATES = "AT_ValidateConstraint"
_NOW = ("now", "transaction_timestamp")


def forms(step: Step, *, large: bool, catalog: Catalog | None = None) -> Forms:
    """Return what to run instead of a step. large: whether its table has many rows, by the estimates.

    catalog: of the database that changes, which tells the partitions of a table. What has no online form is named in
    the note.
    """
    import pglast

    if not large:
        return Forms()
    nodes: list[Any] = [raw.stmt for raw in pglast.parse_sql(step.sql)]
    if len(nodes) != 1 or not _takes_long(nodes[0], step, catalog):
        return Forms()
    waits = _waits(nodes[0], step, catalog)
    if waits is not None:
        return Forms(note=waits)
    partitions = _partitions(step, catalog)
    found = list(safer.instead_of(nodes[0], [_plain(each) for each in partitions], filled=_calls(nodes[0])))
    without = [form.note for form in found if not form.steps]
    if without:
        return Forms(note=f"{_title(step)}: {'; '.join(without)}")
    parts = tuple(_parts(found))
    if partitions and catalog is not None and type(nodes[0]).__name__ == "IndexStmt":
        parts = (*parts, Part(tuple(usual_names.renamed(nodes[0], partitions, catalog))))
    several = f"{_title(step)}: done in {len(parts)} scripts, so not as one; each can be run again"
    return Forms(parts, f"{several}{_fired(found, step, catalog)}" if len(parts) > 1 else "")


def leftover(index: str) -> tuple[str, str]:
    """Return what puts an index of this identity out of the way that an interrupted CREATE INDEX left invalid.

    The block gives it another name, for which nobody has to wait; the statement after it, which cannot run in a
    transaction, drops what has that name. Both do nothing where the index is valid, or not there.
    """
    schema, name = split(index)
    other = quoted(f"{bare(name)[:54]}_invalid")
    moved = f"{schema}.{other}" if schema else other
    body = (
        "BEGIN\n"
        "  IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE NOT indisvalid\n"
        f"             AND indexrelid = pg_catalog.to_regclass({literal(index)})) THEN\n"
        f"    ALTER INDEX {index} RENAME TO {other};\n"
        f"  ELSIF EXISTS (SELECT FROM pg_catalog.pg_index WHERE indisvalid\n"
        f"                AND indexrelid = pg_catalog.to_regclass({literal(moved)})) THEN\n"
        f"    RAISE EXCEPTION {texts.message(f'{moved} is there and valid')}\n"
        "      USING HINT = 'Nothing was changed. Give it another name, then run this script again.';\n"
        "  END IF;\nEND"
    )
    return texts.block(body, "leftover"), f"DROP INDEX CONCURRENTLY IF EXISTS {moved}"


def _takes_long(node: Any, step: Step, catalog: Catalog | None) -> bool:
    kind = type(node).__name__
    if kind == "AlterTableStmt":
        return any(each.subtype.name in _LONG and not _is_alike(each, step, catalog) for each in node.cmds)
    # The index on a partitioned table itself is empty.
    return (kind == "IndexStmt" and bool(node.relation.inh)) or kind == "AlterDomainStmt"


def _is_alike(command: Any, step: Step, catalog: Catalog | None) -> bool:
    """Return whether a column only gets a longer text, which is stored alike."""
    if command.subtype.name != "AT_AlterColumnType" or catalog is None:
        return False
    was = catalog.get("column", f"{step.relation}.{quoted(command.name)}").get("type")
    target = casts.spelled(command.def_.typeName)
    return was is not None and casts.is_string(was, catalog) and casts.always_fits(was, target, catalog)


def _waits(node: Any, step: Step, catalog: Catalog | None) -> str | None:
    """Return a sentence on what rewrites a table, and has no form that ends in the same schema by itself."""
    for command in node.cmds if type(node).__name__ == "AlterTableStmt" else ():
        change = command.subtype.name
        if change == "AT_AlterColumnType" and not _is_alike(command, step, catalog):
            return f"{_title(step)}: rewrites {step.relation} while all wait; do it in a quiet moment"
        if change == "AT_AddColumn" and any(
            each.contype.name == "CONSTR_GENERATED" and each.generated_kind != "v"
            for each in command.def_.constraints or ()
        ):
            return f"{_title(step)}: a stored column is written into each row of {step.relation} while all wait"
    return None


def _calls(node: Any) -> bool:
    """Return whether the default of a new column calls a function that may give each row another value."""
    from pglast.visitors import Visitor

    class Calls(Visitor):
        found = False

        def visit_FuncCall(self, _: Any, call: Any) -> None:  # noqa: N802 - the name that pglast looks for
            self.found = self.found or call.funcname[-1].sval not in _NOW

    calls = Calls()
    for command in node.cmds if type(node).__name__ == "AlterTableStmt" else ():
        if command.subtype.name == "AT_AddColumn":
            for each in command.def_.constraints or ():
                if each.contype.name == "CONSTR_DEFAULT":
                    calls(each.raw_expr)
    return calls.found


def _fired(found: Sequence[Form], step: Step, catalog: Catalog | None) -> str:
    """Return the end of a note on what an UPDATE of every row sets off, which the step itself does not."""
    filled = any(each.kind == "UpdateStmt" for form in found for text in form.steps for each in _statements(text))
    triggers = batches.fired(step.relation, catalog) if filled and step.relation and catalog is not None else []
    return f"; each row is updated for that, which fires {', '.join(triggers)}" if triggers else ""


def _partitions(step: Step, catalog: Catalog | None) -> Sequence[str]:
    if catalog is None or catalog.get("relation", step.relation or "").get("kind") != "p":
        return ()
    relations = catalog.of_kind("relation")
    return sorted(name for name, each in relations.items() if each.get("inherits from") == [step.relation])


def _plain(identity: str) -> str:
    """Return an identity as the advice takes it, without quotes."""
    return ".".join(map(bare, split(identity)))


def _title(step: Step) -> str:
    words = " ".join(step.sql.split())
    return words if len(words) <= 90 else f"{words[:89]}…"


def _parts(found: Sequence[Form]) -> Iterator[Part]:
    """Yield the parts of some forms: each statement that takes long alone, those that are over at once together."""
    together: list[str] = []
    for statement in (each for form in found for text in form.steps for each in _statements(text)):
        alone, text = _alone(statement)
        if alone is None:
            together.append(text)
            continue
        if together:
            yield Part(tuple(together))
            together = []
        yield Part((text,), transactional=alone)
    if together:
        yield Part(tuple(together))


def _statements(text: str) -> Iterator[Statement]:
    for each in script.parse(Path("form.sql"), text).statements:
        # A part is a transaction of its own anyway.
        if each.kind != "TransactionStmt":
            yield each


def _alone(statement: Statement) -> tuple[bool | None, str]:
    """Return whether a statement, alone in its part, is in a transaction there, None if others may be; and its text."""
    text = statement.text.strip()
    if statement.outside:
        return False, text
    if statement.kind == "UpdateStmt":
        return False, batches.of(statement.node)
    validates = statement.kind == "AlterTableStmt" and any(
        each.subtype.name == _VALIDATES for each in statement.node.cmds
    )
    return (True if validates else None), text
