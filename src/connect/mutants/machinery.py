"""Defects of what makes the chat run on any project: settings, triggers, bodies, constraints and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.guide.callers import AUTHENTICATOR
from connect.guide.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

# Only in the database of the test: roles belong to the whole server.
_HERE = "EXECUTE format('ALTER {} %I SET {} = %L', current_database(), {})"
_SETTINGS = {
    "session_replication_role": "replica",
    "default_transaction_read_only": "on",
    "row_security": "off",
    "statement_timeout": "5ms",
    "lock_timeout": "1",
    "transaction_timeout": "20ms",
    "idle_in_transaction_session_timeout": "1ms",
    "pgrst.db_schemas": "api, storage",
    "pgrst.db_pre_request": "public.no_such_function",
    "pgrst.db_max_rows": "0",
    "pgrst.db_tx_end": "rollback",
}
# On a hosted project the role has its own, which goes before the database's.
_OF_ROLE = frozenset(("statement_timeout", "lock_timeout"))
# Since this version there is this setting.
_SINCE = {"transaction_timeout": 17}
_STORED = (
    "INSERT INTO pg_db_role_setting SELECT oid, 'authenticator'::regrole, ARRAY['{}'] FROM pg_database"
    " WHERE datname = current_database()"
)
_TRIGGER = (
    "CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ {} $f$;"
    "CREATE TRIGGER meddle {} ON public.{} FOR EACH {} EXECUTE FUNCTION public.meddle()"
)
_TRIGGERS = (
    ("chat_participants", "BEFORE UPDATE", "BEGIN NEW.last_read_at := OLD.last_read_at; RETURN NEW; END"),
    ("chat_participants", "BEFORE UPDATE", "BEGIN RETURN OLD; END"),
    (
        "chat_participants",
        "BEFORE INSERT OR UPDATE",
        "BEGIN IF TG_OP = 'UPDATE' THEN RETURN NULL; END IF; RETURN NEW; END",
    ),
    ("chat_participants", "BEFORE UPDATE", "BEGIN NEW := OLD; RETURN NEW; END"),
    ("chat_participants", "BEFORE UPDATE", "BEGIN NEW.no_such_column := now(); RETURN NEW; END"),
    (
        "chat_participants",
        "AFTER UPDATE",
        "BEGIN UPDATE public.chat_participants SET last_read_at = OLD.last_read_at WHERE id = NEW.id; RETURN NULL; END",
    ),
    ("chat_participants", "BEFORE INSERT", "BEGIN NEW.user_id := NULL; RETURN NEW; END"),
    ("chats", "BEFORE UPDATE", "BEGIN RAISE EXCEPTION 'chats are kept as they are'; END"),
    ("chats", "BEFORE UPDATE", "BEGIN NEW.last_message_at = OLD.last_message_at; RETURN NEW; END"),
    ("chats", "BEFORE INSERT", "BEGIN NEW.type := 'x'; RETURN NEW; END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN RETURN NULL; END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN NEW.updated_at := now(); END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN NEW.client_generated_id := NULL; RETURN NEW; END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN NEW.message_text := ''; RETURN NEW; END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN NEW.seq := 1; RETURN NEW; END"),
    ("chat_messages", "BEFORE INSERT", "BEGIN NEW.status := 'read'; RETURN NEW; END"),
    ("chat_messages", "BEFORE UPDATE", "BEGIN NEW.status := OLD.status; RETURN NEW; END"),
    ("chat_messages", "BEFORE UPDATE OF status", "BEGIN NEW.status := 'sent'; RETURN NEW; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN RAISE EXCEPTION 'closed'; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN INSERT INTO public.no_such_log VALUES (NEW.id); RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN PERFORM no_such_schema.http_post(NEW.message_text); RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN PERFORM no_such_function(NEW.id); RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN PERFORM current_setting('no_such.setting'); RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN PERFORM NEW.no_such_column; RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN PERFORM FROM public.chats c WHERE c.no_such_column; RETURN NULL; END"),
    ("chat_messages", "AFTER INSERT", "BEGIN DELETE FROM public.chat_messages WHERE id = NEW.id; RETURN NULL; END"),
)
_DEEP = (
    "CREATE FUNCTION public.tell(given text) RETURNS void LANGUAGE plpgsql"
    " AS $f$ BEGIN PERFORM no_such_schema.http_post(given); END $f$;"
    + _TRIGGER.format(
        "BEGIN PERFORM public.tell(NEW.message_text); RETURN NULL; END", "AFTER INSERT", "chat_messages", "ROW"
    )
)
_STABLE = "BEGIN UPDATE public.chats SET name = name; RETURN NEW; END", "AFTER INSERT", "chat_messages"
_NOT_VOLATILE = "ALTER FUNCTION public.meddle() STABLE"
_STATEMENTS = (("chat_messages", "BEFORE INSERT", "BEGIN RAISE EXCEPTION 'closed'; END"),)
_SEQ = "SELECT coalesce(max(m.seq), 0) + 1 INTO NEW.seq FROM public.chat_messages m WHERE m.chat_id = NEW.chat_id;"
# Bodies that cannot do their work, in the language of the function.
_ASSIGN = (
    "BEGIN RETURN NEW; END",
    "BEGIN PERFORM pg_advisory_xact_lock(1); NEW.seq := 1; RETURN NEW; END",
    f"BEGIN {_SEQ} RETURN NEW; END",
    f"BEGIN PERFORM pg_advisory_xact_lock(1); {_SEQ} RETURN NULL; END",
    f"BEGIN RAISE EXCEPTION 'not now'; {_SEQ} RETURN NEW; END",
    f"BEGIN PERFORM pg_advisory_xact_lock(1); {_SEQ.replace('chat_messages', 'no_such_table')} RETURN NEW; END",
    f"BEGIN PERFORM no_such_lock(1); {_SEQ} RETURN NEW; END",
)
_MARK = "RETURN QUERY SELECT 0::bigint; END"
_READS = "UPDATE public.{} SET {} WHERE chat_id = p_chat_id;"
_COUNT = "RETURN (SELECT count(*) FROM public.chat_messages);"
_BODIES = {
    "mark_messages_as_read": (
        "BEGIN END",
        f"BEGIN {_MARK}",
        "BEGIN RAISE EXCEPTION 'not now'; END",
        f"BEGIN {_READS.format('no_such_table', 'last_read_at = now()')} {_MARK}",
        f"BEGIN {_READS.format('chat_participants', 'last_seen_at = now()')} {_MARK}",
        f"BEGIN UPDATE public.chat_participants SET last_read_at = now() WHERE false; {_MARK}",
    ),
    "mark_messages_as_delivered": (
        f"BEGIN {_MARK}",
        f"BEGIN {_READS.format('chat_messages', 'updated_at = now()')} {_MARK}",
        "BEGIN RAISE EXCEPTION 'not now'; END",
        f"BEGIN UPDATE public.chat_messages m SET status = 'delivered' WHERE m.no_such_column = p_chat_id; {_MARK}",
    ),
    "get_unread_count": (
        "BEGIN RETURN 0; END",
        "BEGIN RETURN NULL; END",
        "BEGIN RETURN (SELECT count(*) FROM public.no_such_table); END",
        "BEGIN RETURN 0; RETURN (SELECT count(*) FROM public.chat_messages); END",
        # The guard the wrong way round, or against the chat.
        f"BEGIN IF auth.uid() = p_user_id THEN RAISE EXCEPTION 'no'; END IF; {_COUNT} END",
        f"BEGIN IF p_chat_id IS DISTINCT FROM auth.uid() THEN RAISE EXCEPTION 'no'; END IF; {_COUNT} END",
    ),
    "get_latest_seq": (
        "BEGIN RETURN 0; END",
        "BEGIN RAISE EXCEPTION 'not now'; END",
        "BEGIN RETURN (SELECT max(m.number) FROM public.chat_messages m); END",
    ),
}
_UID = "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $f$ SELECT {}::uuid $f$"
_NOBODY = ("NULL", "nullif(current_setting('request.jwt.claim.sub', true), '')")
_ROWS = (
    ("chat_messages", "ADD CONSTRAINT frozen CHECK (false) NOT VALID"),
    ("chat_messages", "ADD CONSTRAINT no_text CHECK (message_type IN ('image', 'file')) NOT VALID"),
    ("chat_messages", "ADD CONSTRAINT few CHECK (status <> 'delivered') NOT VALID"),
    ("chat_messages", "ADD CONSTRAINT without CHECK (client_generated_id IS NULL) NOT VALID"),
    ("chat_messages", "ALTER id DROP DEFAULT"),
    ("chat_messages", "ALTER deleted_at SET DEFAULT now()"),
    ("chat_messages", "ALTER seq SET DEFAULT 1"),
    ("chat_messages", "ALTER reply_to_message_id SET DEFAULT gen_random_uuid()"),
    (
        "chat_messages",
        "ADD needed text NOT NULL DEFAULT ''; ALTER TABLE public.chat_messages ALTER needed DROP DEFAULT",
    ),
    (
        "chat_messages",
        "ADD made timestamptz DEFAULT now(), ADD CONSTRAINT past CHECK (made < '2024-01-01 00:00:00+00') NOT VALID",
    ),
    ("chat_messages", "ADD made timestamptz DEFAULT now(), ADD CONSTRAINT before CHECK (made < now()) NOT VALID"),
    ("chat_messages", "ADD CONSTRAINT silent CHECK (char_length(btrim(message_text)) = 0) NOT VALID"),
    ("chat_messages", "ADD rank int DEFAULT 0, ADD CONSTRAINT ranked CHECK (rank > 0) NOT VALID"),
    ("chats", "ADD CONSTRAINT frozen CHECK (1 = 0) NOT VALID"),
    ("chats", "ADD CONSTRAINT no_groups CHECK (type = 'direct') NOT VALID"),
    ("chats", "ALTER id DROP DEFAULT"),
    ("chat_participants", "ADD CONSTRAINT unread CHECK (last_read_at IS NULL) NOT VALID"),
    ("chat_participants", "ALTER id DROP DEFAULT"),
)
# A check that asks a function, and what asks for what is not there: a default itself, or a function that it calls.
_ASKED = (
    "CREATE FUNCTION public.asked(given text) RETURNS {} LANGUAGE plpgsql STABLE AS $f$ BEGIN {} END $f$;"
    "ALTER TABLE public.chat_messages "
)
_REFUSING = (
    _ASKED.format("boolean", "RETURN false;") + "ADD CHECK (public.asked(message_text)) NOT VALID",
    _ASKED.format("boolean", "IF length(given) > 2 THEN RETURN false; END IF; RETURN true;")
    + "ADD CHECK (public.asked(message_text)) NOT VALID",
)
_LOST = (
    "ALTER TABLE public.chat_messages ADD tenant text;"
    "ALTER TABLE public.chat_messages ALTER tenant SET DEFAULT current_setting('no_such.setting')",
    "ALTER TABLE public.chat_messages ADD CHECK (message_text <> current_setting('no_such.setting')) NOT VALID",
    _ASKED.format("text", "RETURN current_setting(given);".replace("given", "'no_such.setting'"))
    + "ADD CHECK (message_text <> public.asked('x')) NOT VALID",
    _ASKED.format("boolean", "RETURN EXISTS (SELECT FROM public.no_such_table t WHERE t.word = given);")
    + "ADD CHECK (NOT public.asked(message_text)) NOT VALID",
    _ASKED.format("boolean", "RETURN no_such_schema.is_fine(given);")
    + "ADD CHECK (public.asked(message_text)) NOT VALID",
)
_SEATS = (
    "CREATE FUNCTION public.asked() RETURNS boolean LANGUAGE plpgsql STABLE AS $f$ BEGIN {} END $f$;"
    "CREATE POLICY asking ON public.{} AS RESTRICTIVE USING (public.asked())"
)
_PEOPLE = "CREATE TABLE public.no_people (id uuid PRIMARY KEY); ALTER TABLE public."
_UNFILLED = (
    _PEOPLE + "chat_messages ADD FOREIGN KEY (sender_id) REFERENCES public.no_people NOT VALID",
    _PEOPLE + "chat_participants ADD FOREIGN KEY (user_id) REFERENCES public.no_people NOT VALID",
    _PEOPLE + "chat_messages ADD topic uuid REFERENCES public.no_people;"
    "ALTER TABLE public.chat_messages ALTER topic SET DEFAULT gen_random_uuid()",
)
# As a restore goes: past the triggers.
_PAST = "SET LOCAL session_replication_role = replica"
_EMPTY = _PAST + "; DELETE FROM public.{}; "
_UNIQUE = (
    ("chat_messages", "CREATE UNIQUE INDEX once ON public.chat_messages (chat_id)"),
    ("chat_messages", "CREATE UNIQUE INDEX once ON public.chat_messages (sender_id, message_text)"),
    ("chat_messages", "ALTER TABLE public.chat_messages ADD CONSTRAINT once UNIQUE (chat_id, sender_id)"),
    ("chat_messages", "ALTER TABLE public.chat_messages ADD CONSTRAINT once EXCLUDE USING btree (status WITH =)"),
    ("chat_participants", "CREATE UNIQUE INDEX once ON public.chat_participants (user_id)"),
    ("chats", "CREATE UNIQUE INDEX once ON public.chats (created_by)"),
)


def defects(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield the test that has to fail and the SQL of the defect; see connect.mutants.criteria."""
    yield from _settings(catalog)
    for table, when, text in _TRIGGERS:
        yield f"machinery::no_trigger_breaks_a_write-{table}", _TRIGGER.format(text, when, table, "ROW")
    for table, when, text in _STATEMENTS:
        yield f"machinery::no_trigger_breaks_a_write-{table}", _TRIGGER.format(text, when, table, "STATEMENT")
    yield "machinery::no_trigger_breaks_a_write-chat_messages", f"{_TRIGGER.format(*_STABLE, 'ROW')}; {_NOT_VOLATILE}"
    for text in _ASSIGN:
        yield "machinery::body_can_do_its_work-assign_message_seq", _replaced("assign_message_seq", text)
    for name, texts in _BODIES.items():
        for text in texts:
            yield f"machinery::body_can_do_its_work-{name}", _replaced(name, text)
    for text in _NOBODY:
        yield "machinery::who_is_signed_in_is_known", _UID.format(text)
    yield from _rows()
    newest = "SELECT max(created_at) - interval '2 hours' FROM public.chat_messages m WHERE m.chat_id = chats.id"
    for when in ("NULL", f"({newest})", "'2000-01-01'"):
        yield "data::no_chat_is_behind_its_last_message", f"{_PAST}; UPDATE public.chats SET last_message_at = {when}"
    elsewhere = "SELECT r.id FROM public.chat_messages r WHERE r.chat_id <> m.chat_id LIMIT 1"
    yield (
        "data::no_reply_leaves_its_chat",
        f"{_PAST}; UPDATE public.chat_messages m SET reply_to_message_id = ({elsewhere}) WHERE seq = 1",
    )
    unconnected = "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()"
    yield "machinery::database_can_be_reached", unconnected
    yield "machinery::database_can_be_reached", unconnected.replace("datallowconn = false", "datconnlimit = 0")


def _rows() -> Iterator[tuple[str, str]]:
    for table, change in _ROWS:
        yield f"machinery::ordinary_row_can_be_stored-{table}", f"ALTER TABLE public.{table} {change}"
    for change in _REFUSING:
        yield "machinery::ordinary_row_can_be_stored-chat_messages", change
    for change in _LOST:
        yield "machinery::what_a_row_is_asked_can_be_answered-chat_messages", change
    for table in ("chats", "chat_participants"):
        change = _SEATS.format("RETURN no_such_schema.is_fine();", table)
        yield f"machinery::what_a_row_is_asked_can_be_answered-{table}", change
    for change in _UNFILLED:
        yield "data::what_rows_refer_to_is_filled", change
    yield "machinery::no_trigger_breaks_a_write-chat_messages", _DEEP
    for table, change in _UNIQUE:
        yield f"machinery::ordinary_row_can_be_stored-{table}", _EMPTY.format(table) + change


def _settings(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for name, value in _SETTINGS.items():
        test = f"machinery::setting_lets_people_chat-{name}"
        if catalog.major < _SINCE.get(name, 0):
            # As a database has it that was restored from a newer server.
            yield test, _STORED.format(f"{name}={value}")
            continue
        if name not in _OF_ROLE:
            yield test, f"DO $$ BEGIN {_HERE.format('DATABASE', name, repr(value))}; END $$"
        yield test, f"DO $$ BEGIN {_HERE.format(f'ROLE {AUTHENTICATOR} IN DATABASE', name, repr(value))}; END $$"


def _replaced(name: str, text: str) -> str:
    declared = FUNCTIONS[name]
    return (
        f"CREATE OR REPLACE FUNCTION public.{name}({declared.arguments}) RETURNS {declared.result} LANGUAGE plpgsql"
        f" {'STABLE' if declared.code == 's' else 'VOLATILE'} SECURITY DEFINER"
        f" SET search_path = public AS $f$ {text} $f$"
    )
