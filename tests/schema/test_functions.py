"""The five functions exist once each, with these arguments and results; and each promises what it keeps."""

import pytest

from harness.report import expect

FUNCTIONS = {
    "assign_message_seq": ("", "trigger"),
    "mark_messages_as_read": ("p_chat_id uuid, p_user_id uuid", "TABLE(updated_count bigint)"),
    "mark_messages_as_delivered": ("p_chat_id uuid, p_receiver_id uuid", "TABLE(updated_count bigint)"),
    "get_unread_count": ("p_chat_id uuid, p_user_id uuid", "bigint"),
    "get_latest_seq": ("p_chat_id uuid", "bigint"),
}
TRIGGER, COUNT = "trigger", "TABLE(updated_count bigint)"
VOLATILE, STABLE = "v", "s"
# result, volatility
PROMISES = {
    "public.assign_message_seq": (TRIGGER, VOLATILE),
    "public.update_chat_last_message_at": (TRIGGER, VOLATILE),
    "public.mark_messages_as_read": (COUNT, VOLATILE),
    "public.mark_messages_as_delivered": (COUNT, VOLATILE),
    "public.get_unread_count": ("bigint", STABLE),
    "public.get_latest_seq": ("bigint", STABLE),
    "private.is_chat_member": ("boolean", STABLE),
}
UNSAFE = "u"
FROM_002 = {"mark_messages_as_read", "get_unread_count"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function(snapshot, name):
    """The function is there in exactly one version, the one the front end calls."""
    found = [
        (attributes["arguments"], attributes["result"])
        for identity, attributes in snapshot.catalog.of_kind("function").items()
        if identity.startswith(f"public.{name}(")
    ]
    script = "002_function_updates_staging.sql" if snapshot.environment == "staging" and name in FROM_002 else None
    expect(f"versions of function {name} (arguments, result)", found, [FUNCTIONS[name]], script)


@pytest.mark.parametrize("name", PROMISES)
def test_promises(snapshot, name):
    """The function promises no more than it keeps: its result, when it may be skipped, moved, or run in parallel."""
    attributes = ("result", "volatility", "parallel", "strict", "leakproof", "settings")
    found = [
        tuple(function[each] for each in attributes)
        for identity, function in snapshot.catalog.of_kind("function").items()
        if identity.startswith(f"{name}(")
    ]
    expected = (*PROMISES[name], UNSAFE, False, False, ["search_path=pg_catalog, pg_temp"])
    expect(f"promises of {name} ({', '.join(attributes)})", found, [expected])
