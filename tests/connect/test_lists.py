"""What sql/ and the tests repeat of the schema is what src/connect/schema.toml declares."""

import pytest

from connect import lists
from connect.schema import SCHEMA
from tests.security.fix_actors import ROWS


def test_no_list_is_stale():
    """Every list between its two marks is as `make lists` writes it."""
    assert [path.name for path in lists.stale()] == []


@pytest.mark.parametrize("name", ["tables", "functions", "indexes", "triggers", "orphans", "proofs", "foreign keys"])
def test_the_validation_has_each_list(name):
    """None of the lists was lost, with its marks, from 004_validation.sql."""
    assert f"-- list: {name}\n" in lists.VALIDATION.read_text()


@pytest.mark.parametrize("name", ["granted tables", "table names"])
def test_the_verifiers_role_has_each_list(name):
    """None of the lists was lost, with its marks, from verifier_role.sql."""
    assert f"-- list: {name}\n" in lists.FILES[1].read_text()


def test_a_list_that_differs_is_written_anew():
    """Whatever stands between the marks is replaced, and nothing else."""
    text = "before\n  -- list: table names\n  'chats'\n  -- end of list\nafter\n"
    head, _, tail = lists.written(text).partition("'chats',\n")
    assert head == "before\n  -- list: table names\n  "
    assert tail.startswith("  'chat_participants',\n")
    assert tail.endswith(f"  '{list(SCHEMA.tables)[-1]}'\n  -- end of list\nafter\n")


def test_a_list_of_an_unknown_name_is_an_error():
    """A misspelt mark is not passed over."""
    with pytest.raises(KeyError, match="tabels"):
        lists.written("-- list: tabels\n-- end of list\n")


def test_no_foreign_key_is_left_out():
    """Each declared foreign key is checked by what it refers to, whatever its name is."""
    declared = [text for _, _, text in SCHEMA.of_tables("constraints") if text.startswith("FOREIGN KEY")]
    assert len(SCHEMA.foreign_keys) == len(declared) > 0


def test_every_table_is_tried_by_each_caller():
    """Each declared table has its rows and outcomes in tests/security/rows.toml, and nothing else has."""
    assert set(ROWS) == set(SCHEMA.tables)
