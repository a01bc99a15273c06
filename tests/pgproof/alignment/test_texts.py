"""Whatever an object is called, its name stays a name in the scripts."""

from pathlib import Path

import pytest

from pgproof.alignment import online, scripting, texts
from pgproof.alignment.grouping import Group
from pgproof.alignment.guards.blocks import Attempt, Loss, Refusal
from pgproof.alignment.guards.tables import Table
from pgproof.alignment.scripting import Scene
from pgproof.alignment.steps import Step
from pgproof.catalog import Catalog
from pgproof.scripts import script

# What could end a comment, a constant, a name or a block, or be taken for the place of a value.
BAD = '"x\nDROP TABLE app.y; -- \'% $guard$ $align$ $leftover$ "" "'
TABLE = Table(f"app.{BAD}", Catalog({("relation", f"app.{BAD}"): {"kind": "r"}}, {}))
SET = "VariableSetStmt"
SCENE = Scene("test", "makes B like A", ("001.sql",))


def kinds(text):
    """The kinds of the statements of a text."""
    return [each.kind for each in script.parse(Path("made.sql"), text).statements]


@pytest.mark.parametrize("word", ["guard", "align"])
def test_a_block_is_ended_by_nothing_in_it(word):
    """A tag that the body has is not used."""
    made = texts.block(f"BEGIN\n  RAISE NOTICE '${word}$ ${word}1$';\nEND", word)
    assert made.startswith(f"DO ${word}2$\n")
    assert kinds(made) == ["DoStmt"]


@pytest.mark.parametrize(
    "guard",
    [
        Refusal(TABLE, "true", "that are bad", "check_violation", "Change them"),
        Attempt(TABLE, "1", "that are bad", "Change them"),
        Loss(TABLE, "", "all"),
    ],
    ids=["refusal", "attempt", "loss"],
)
def test_a_guard_is_one_statement_whatever_its_table_is_called(guard):
    """A name ends neither its block nor a message in it."""
    assert kinds(guard.text()) == ["DoStmt"]


@pytest.mark.parametrize(
    ("transactional", "expected"),
    [
        (True, ["TransactionStmt", *[SET] * 4, "DoStmt", "TransactionStmt"]),
        (False, [*[SET] * 3, "DoStmt", SET, "DoStmt", "DropStmt", "IndexStmt", SET, "DoStmt", *[SET] * 3]),
    ],
    ids=["in a transaction", "outside"],
)
def test_a_script_holds_what_it_should_whatever_its_objects_are_called(transactional, expected):
    """A line break in a name ends no comment, and so begins no statement; a quote in one ends no name."""
    concurrently = "" if transactional else "CONCURRENTLY "
    sql = f"CREATE INDEX {concurrently}{BAD} ON app.{BAD} (id)"
    step = Step(sql, "index", f"app.{BAD}", (f"app.{BAD}",), transactional)
    group = Group("indexes", transactional, [step], [None])
    made = scripting.up(SCENE, 0, group, Catalog({}, {}))
    assert kinds(made.text) == expected
    back = scripting.down(SCENE, 0, [Step(f"DROP INDEX app.{BAD}", "index")], Catalog({}, {}), of=group)
    assert kinds(back.text) == ["TransactionStmt", *[SET] * 4, "DoStmt", "TransactionStmt"]


def test_what_is_put_out_of_the_way_keeps_its_name():
    """The invalid index that is renamed and dropped is the one that the script makes."""
    block, drop = online.leftover('"app"."by ""x"""')
    assert '"app"."by ""x""_invalid"' in block
    assert drop == 'DROP INDEX CONCURRENTLY IF EXISTS "app"."by ""x""_invalid"'
    assert kinds(block) == ["DoStmt"]
