"""Every new message gets its seq, and moves its chat up the list."""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA

TRIGGERS = {name: (table, SCHEMA.trigger(table, name)) for table, name, _ in SCHEMA.of_tables("triggers")}
ENABLED = "O"
MESSAGES = "public.chat_messages "


@pytest.mark.parametrize("name", TRIGGERS)
def test_trigger_fires_as_declared(snapshot, name):
    """The trigger fires for ordinary sessions, with its timing, event and function."""
    table, definition = TRIGGERS[name]
    trigger = snapshot.catalog.get("trigger", f"public.{table} {name}")
    actual = (trigger["definition"], trigger["enabled"]) if trigger else None
    expect(f"trigger {name} (definition, enabled)", actual, (definition, ENABLED))


@pytest.mark.parametrize("kind", ["trigger", "rule"])
def test_nothing_else_meddles_with_messages(snapshot, kind):
    """No trigger or rule that nobody declared can swallow or change what is written."""
    found = {name.removeprefix(MESSAGES) for name in snapshot.catalog.of_kind(kind) if name.startswith(MESSAGES)}
    expect(f"{kind}s of chat_messages that nobody declared", sorted(found - TRIGGERS.keys()), [])
