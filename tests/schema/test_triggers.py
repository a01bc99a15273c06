"""Every new message gets its seq, and moves its chat up the list."""

import pytest

from harness.report import expect

TRIGGERS = {
    "trg_assign_seq": (
        "CREATE TRIGGER trg_assign_seq BEFORE INSERT ON public.chat_messages"
        " FOR EACH ROW EXECUTE FUNCTION public.assign_message_seq()"
    ),
    "trigger_update_chat_last_message_at": (
        "CREATE TRIGGER trigger_update_chat_last_message_at AFTER INSERT ON public.chat_messages"
        " FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at()"
    ),
}
ENABLED = "O"
TABLE = "public.chat_messages "


@pytest.mark.parametrize("name", TRIGGERS)
def test_trigger(snapshot, name):
    """The trigger fires for ordinary sessions, with its timing, event and function."""
    trigger = snapshot.catalog.get("trigger", f"public.chat_messages {name}")
    actual = (trigger["definition"], trigger["enabled"]) if trigger else None
    expect(f"trigger {name} (definition, enabled)", actual, (TRIGGERS[name], ENABLED))


@pytest.mark.parametrize("kind", ["trigger", "rule"])
def test_nothing_else_meddles_with_messages(snapshot, kind):
    """No trigger or rule that nobody declared can swallow or change what is written."""
    found = {name.removeprefix(TABLE) for name in snapshot.catalog.of_kind(kind) if name.startswith(TABLE)}
    expect(f"{kind}s of chat_messages that nobody declared", sorted(found - TRIGGERS.keys()), [])
