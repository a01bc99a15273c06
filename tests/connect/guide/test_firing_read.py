"""A trigger without a search path runs in that of the function that fires it, and may find nothing there."""

import psycopg
import pytest

from connect.guide import running, triggers
from pgproof import catalog

AUDIT = (
    "UPDATE public.chat_messages SET status = 'sent';"
    "CREATE TABLE public.message_audit (id uuid);"
    "CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql {settings} AS $f$"
    " BEGIN INSERT INTO {table} VALUES (NEW.id); RETURN NULL; END $f$;"
    "CREATE TRIGGER audit AFTER {when} ON public.{on} FOR EACH ROW EXECUTE FUNCTION public.audit();"
)
_PLAIN = {"settings": "", "table": "message_audit", "when": "UPDATE", "on": "chat_messages"}
# How the trigger differs from one without a path on each update of a message, and who then fails by it.
CASES = {
    "without a schema": ({}, "public.mark_messages_as_read"),
    "on a chat, fired by a trigger": ({"on": "chats"}, "public.update_chat_last_message_at"),
    "with its schema": ({"table": "public.message_audit"}, None),
    "with a path of its own": ({"settings": "SET search_path = public"}, None),
    "on another column": ({"when": "UPDATE OF message_text"}, None),
    "on inserts by the page": ({"when": "INSERT"}, None),
}
_UNPINNED = "ALTER FUNCTION public.mark_messages_as_read RESET search_path;"
_DELIVERED_UNPINNED = "ALTER FUNCTION public.mark_messages_as_delivered RESET search_path;"
USE = {
    "public.mark_messages_as_read": "SELECT public.mark_messages_as_read(chat_id, user_id)"
    " FROM public.chat_participants",
    "public.update_chat_last_message_at": "INSERT INTO public.chat_messages (chat_id, sender_id, message_text)"
    " SELECT chat_id, user_id, 'Are we on?' FROM public.chat_participants LIMIT 1",
}


@pytest.fixture
def as_service(production, connect):
    """An administrator's connection with the claims of the service, in a transaction that is taken back."""
    connection = connect(production)
    connection.execute("""BEGIN; SET LOCAL request.jwt.claims = '{"role": "service_role"}'""")
    yield connection
    connection.execute("ROLLBACK")


def judged(connection, table):
    connection.execute("SET LOCAL search_path = pg_catalog")
    found = catalog.read(connection)
    machinery = running.read(connection, found)
    connection.execute("SET LOCAL search_path = public, extensions")
    return triggers.breaking(found, machinery, table)


@pytest.mark.parametrize("case", CASES)
def test_a_trigger_is_judged_in_the_path_of_who_fires_it(as_service, case):
    """The sentence names the function whose path it is, and only where using the chat fails in the database too."""
    differs, by = CASES[case]
    as_service.execute(AUDIT.format(**_PLAIN | differs).encode())
    found = judged(as_service, (_PLAIN | differs)["on"])
    for who, use in USE.items():
        as_service.execute("SAVEPOINT used")
        if who == by:
            with pytest.raises(psycopg.errors.UndefinedTable):
                as_service.execute(use.encode())
            wrong, to_do = found
            assert f"search path of {who} (pg_catalog, pg_temp)" in wrong
            assert "relation message_audit" in wrong
            assert "schema" in to_do
        else:
            as_service.execute(use.encode())
        as_service.execute("ROLLBACK TO used")
    assert (found is None) == (by is None)


def test_a_function_without_a_path_hands_on_its_callers(as_service):
    """Where the functions set no path, the trigger finds what the API's own path leads to."""
    as_service.execute((AUDIT.format(**_PLAIN) + _UNPINNED + _DELIVERED_UNPINNED).encode())
    assert judged(as_service, "chat_messages") is None
