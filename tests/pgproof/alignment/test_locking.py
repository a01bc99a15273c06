"""A script locks the tables that it needs, in the order in which a sender does, however they are called."""

import pytest

from pgproof.alignment import locking
from pgproof.alignment.steps import Step
from pgproof.catalog import Catalog

KEY = "FOREIGN KEY (room) REFERENCES {} (id)"


@pytest.mark.parametrize("rooms", ["app.rooms", 'app."Rooms"', 'app."my rooms"', '"My App"."Rooms"', 'app."a ""b"""'])
def test_the_table_that_a_key_refers_to_is_locked_after_its_own(rooms):
    """Also where its name needs quotes, and where the statement has quotes that it does not need."""
    tables = {("relation", each): {"kind": "r"} for each in (rooms, "app.aaa")}
    written = rooms.replace("app.", '"app".').replace(".rooms", '."rooms"')
    sql = f"ALTER TABLE app.aaa ADD CONSTRAINT k {KEY.format(written)}"
    step = Step(sql, "constraint", "app.aaa", lock="SHARE ROW EXCLUSIVE")
    assert locking.statements([step], Catalog(tables, {}), "app.aaa") == [
        "LOCK TABLE app.aaa IN SHARE ROW EXCLUSIVE MODE",
        f"LOCK TABLE {rooms} IN SHARE ROW EXCLUSIVE MODE",
    ]


@pytest.mark.parametrize("rooms", ["app.rooms", 'app."Rooms"', 'app."my rooms"'])
def test_a_table_comes_before_those_that_it_refers_to(rooms):
    """As the keys in the catalog say."""
    constraint = ("constraint", "app.zzz k")
    catalog = Catalog(
        {constraint: {"definition": KEY.format(rooms).replace(" (id)", "(id)")}},
        {constraint: ("relation", "app.zzz")},
    )
    assert locking.in_order([rooms, "app.zzz"], catalog, None) == ["app.zzz", rooms]
