"""Every new message gets its seq, and moves its chat up the list."""

import pytest

from connect.expectations import expect_nothing_wrong
from connect.guide import events
from connect.schema import SCHEMA


@pytest.mark.parametrize("name", events.TRIGGERS)
def test_trigger_fires(snapshot, name):
    """The trigger fires for ordinary sessions, at the time and for the event that it is for."""
    wrong, enabling = events.trigger(snapshot.machinery, name), events.enabling(snapshot.machinery, name)
    table = events.TRIGGERS[name][0].removeprefix("public.")
    expect_nothing_wrong(f"trigger {name}", wrong, enabling or f"{SCHEMA.trigger(table, name)};")


def test_no_rule_replaces_a_write(snapshot):
    """No rule does something else instead of writing to a messaging table."""
    found = events.replacing_rules(snapshot.catalog)
    to_do = "; ".join(f"DROP RULE {name} ON {table}" for table, name in (each.split(" ") for each in found))
    expect_nothing_wrong("rules of messaging tables", ", ".join(found) or None, to_do)
