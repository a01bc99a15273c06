"""What makes the chat run, by reading: what looks like a defect and is none passes, and words say what is seen."""

from dataclasses import replace

import pytest

from connect.guide import asking, bodies, columns, events, filled, running, sending, settings, triggers
from pgproof import catalog

GUARD = "IF NEW.last_read_at < OLD.last_read_at THEN NEW.last_read_at := OLD.last_read_at; END IF; RETURN NEW;"
# The table, when, and the statements of a trigger that anybody may have.
ORDINARY_TRIGGERS = {
    "a stamp": ("chat_messages", "BEFORE UPDATE", "NEW.updated_at = now(); RETURN NEW;"),
    "a read point that never goes back": ("chat_participants", "BEFORE UPDATE", GUARD),
    "moderation": (
        "chat_messages",
        "BEFORE INSERT",
        "IF NEW.message_text ILIKE '%spam%' THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW;",
    ),
    "some are dropped": (
        "chat_messages",
        "BEFORE INSERT",
        "IF NEW.message_text = '' THEN RETURN NULL; END IF; RETURN NEW;",
    ),
    "dropped unless something holds": (
        "chat_messages",
        "BEFORE INSERT",
        "IF NEW.message_text <> '' THEN RETURN NEW; END IF; RETURN NULL;",
    ),
    "the sender is who is signed in": ("chat_messages", "BEFORE INSERT", "NEW.sender_id := auth.uid(); RETURN NEW;"),
    "trimmed": ("chat_messages", "BEFORE INSERT", "NEW.message_text := trim(NEW.message_text); RETURN NEW;"),
    "every message begins as sent": ("chat_messages", "BEFORE INSERT", "NEW.status := 'sent'; RETURN NEW;"),
    "what may not change": ("chat_messages", "BEFORE UPDATE", "NEW.chat_id := OLD.chat_id; RETURN NEW;"),
    "no edits": ("chat_messages", "BEFORE UPDATE OF message_text", "RAISE EXCEPTION 'messages are not edited';"),
    "by the operation": (
        "chat_messages",
        "BEFORE INSERT OR DELETE",
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    ),
    "what an AFTER trigger returns": (
        "chat_messages",
        "AFTER INSERT OR UPDATE",
        "PERFORM pg_notify('x', ''); RETURN NULL;",
    ),
    "an old chat is closed": (
        "chat_messages",
        "AFTER INSERT",
        "DELETE FROM public.message_reactions WHERE message_id = NEW.id; RETURN NULL;",
    ),
    "functions, casts and a call that may not be reached": (
        "chat_messages",
        "AFTER INSERT",
        "PERFORM date(now()), text(1), inet('::1'), upper(trim(NEW.message_text)), extract(day from now());"
        " PERFORM auth.uid(); IF NEW.seq < 0 THEN PERFORM net.http_post(NEW.message_text); END IF; RETURN NULL;",
    ),
    "a part of a field": (
        "chat_messages",
        "BEFORE INSERT",
        "NEW.media_urls[1] := replace(NEW.message_text, 'new.line', ''); RETURN NEW;",
    ),
    "only one column changes": (
        "chat_messages",
        "BEFORE UPDATE",
        "kept := NEW; NEW := OLD; NEW.status := kept.status; RETURN NEW;",
    ),
    "a table of that name elsewhere": (
        "chat_messages",
        "AFTER INSERT",
        "BEGIN DELETE FROM archive.chat_messages WHERE id = NEW.id; EXCEPTION WHEN undefined_table THEN NULL; END;"
        " RETURN NULL;",
    ),
    "built in": ("chat_participants", "BEFORE UPDATE", None),
    "set back, and then to what it was": (
        "chat_messages",
        "BEFORE UPDATE",
        "NEW.status := OLD.status; IF true THEN NEW.status := coalesce(NEW.status, 'sent'); END IF; RETURN NEW;",
    ),
}
ORDINARY_BODIES = {
    "through another function": (
        "get_unread_count",
        "CREATE FUNCTION public.count_for(a uuid, b uuid) RETURNS bigint LANGUAGE sql STABLE"
        " AS 'SELECT count(*) FROM public.chat_messages WHERE chat_id = a';",
        "BEGIN RETURN public.count_for(p_chat_id, p_user_id); END",
    ),
    "dynamic": ("get_latest_seq", "", "DECLARE n bigint; BEGIN EXECUTE 'SELECT 1' INTO n; RETURN n; END"),
    "a table of its own": (
        "get_latest_seq",
        "CREATE TABLE public.counters (chat_id uuid, seq bigint);",
        "BEGIN RETURN (SELECT c.seq FROM public.counters c WHERE c.chat_id = p_chat_id); END",
    ),
    "a table that is asked for": (
        "get_latest_seq",
        "",
        "BEGIN IF to_regclass('old.messages') IS NOT NULL THEN RETURN (SELECT count(*) FROM old.messages); END IF;"
        " RETURN (SELECT max(seq) FROM public.chat_messages); END",
    ),
    "an error that is handled": (
        "get_latest_seq",
        "",
        "BEGIN BEGIN PERFORM FROM public.no_such_table; EXCEPTION WHEN undefined_table THEN NULL; END;"
        " RETURN (SELECT max(seq) FROM public.chat_messages); END",
    ),
    "who calls is asked": (
        "get_unread_count",
        "",
        "BEGIN IF p_user_id <> auth.uid() OR (auth.uid() IS NULL AND auth.role() <> 'service_role') THEN"
        " RAISE EXCEPTION 'no'; END IF; RETURN (SELECT count(*) FROM public.chat_messages); END",
    ),
    "who takes part is asked": (
        "get_unread_count",
        "",
        "BEGIN IF NOT EXISTS (SELECT FROM public.chat_participants p WHERE p.user_id = auth.uid()) THEN"
        " RAISE EXCEPTION 'no'; END IF; RETURN (SELECT count(*) FROM public.chat_messages); END",
    ),
    "rows that are counted": (
        "get_unread_count",
        "",
        "DECLARE n bigint := 0; BEGIN UPDATE public.chat_participants SET last_read_at = now();"
        " GET DIAGNOSTICS n = ROW_COUNT; IF n = 0 THEN RAISE EXCEPTION 'not a participant'; END IF;"
        " RETURN (SELECT count(*) FROM public.chat_messages); END",
    ),
    "common table expressions": (
        "get_latest_seq",
        "",
        "BEGIN RETURN (WITH m AS (SELECT m.seq AS n FROM public.chat_messages m WHERE m.chat_id = p_chat_id)"
        " SELECT max(m.n) FROM m); END",
    ),
}
COUNTING = "SELECT count(*) FROM public.chat_messages m WHERE m.chat_id = p_chat_id AND m.status <> 'read'"
SINCE = " AND m.created_at > (SELECT p.last_read_at FROM public.chat_participants p WHERE p.user_id = p_user_id)"
_CHECKED = (
    "CREATE FUNCTION public.is_fine(given text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN {} END $f$;"
    "ALTER TABLE public.chat_messages ADD CHECK (public.is_fine(message_text)) NOT VALID"
)
_MADE = "ALTER TABLE public.chat_messages ADD made timestamptz "
_TENANT = "ALTER TABLE public.chat_messages ADD tenant text; ALTER TABLE public.chat_messages ALTER tenant SET DEFAULT "
ORDINARY_ROWS = (
    _CHECKED.format("IF length(given) > 5000 THEN RETURN false; END IF; RETURN given !~ 'spam';"),
    _CHECKED.format("RETURN length(btrim(given)) BETWEEN 1 AND 5000;"),
    _MADE + "DEFAULT now(), ADD CHECK (made <= now() AND made > '2020-01-01'), ADD CHECK (made < '2100-01-01')",
    _MADE + "DEFAULT clock_timestamp(), ADD CHECK (made < now()) NOT VALID",
    # The trigger sets it, whatever the default is.
    "ALTER TABLE public.chat_messages ADD CHECK (created_at < '2024-01-01') NOT VALID",
    _TENANT + "current_setting('app.tenant', true)",
    _TENANT + "current_setting('request.jwt.claims')",
    _TENANT + "current_setting('server_version')",
    # The page gives it, and the policy is for others.
    "ALTER TABLE public.chat_messages ALTER client_generated_id SET DEFAULT current_setting('app.client')::uuid",
    "CREATE POLICY audit ON public.chat_messages FOR SELECT TO service_role"
    " USING (current_setting('app.auditor') = 'yes')",
    "DO $d$ BEGIN EXECUTE format('ALTER DATABASE %I SET app.tenant = 1', current_database()); END $d$;"
    + _TENANT
    + "current_setting('app.tenant')",
    "CREATE FUNCTION public.for_each_request() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN"
    " PERFORM set_config('app.tenant', auth.uid()::text, true); END $f$; DO $d$ BEGIN EXECUTE format("
    "'ALTER ROLE authenticator IN DATABASE %I SET pgrst.db_pre_request = ''public.for_each_request''',"
    " current_database()); END $d$; CREATE POLICY tenants ON public.chat_messages AS RESTRICTIVE"
    " USING (sender_id <> current_setting('app.tenant')::uuid OR true)",
    "CREATE FUNCTION public.is_open() RETURNS boolean LANGUAGE plpgsql STABLE AS $f$ BEGIN"
    " IF current_setting('app.closed', true) IS NULL THEN RETURN true; END IF; RETURN net.is_open(); END $f$;"
    "CREATE POLICY opening ON public.chat_messages AS RESTRICTIVE USING (public.is_open())",
    "ALTER TABLE public.chat_messages ADD CHECK (message_type IN ('text', 'image', 'poll', 'file')) NOT VALID",
    "ALTER TABLE public.chat_messages ADD CHECK (char_length(message_text) < 5000) NOT VALID",
    "ALTER TABLE public.chat_messages ADD CHECK (message_type <> 'text' OR message_text IS NOT NULL) NOT VALID",
    "ALTER TABLE public.chat_messages ADD CHECK (deleted_at IS NULL OR deleted_at > created_at) NOT VALID",
    "CREATE UNIQUE INDEX ON public.chat_messages (chat_id, id)",
    "CREATE UNIQUE INDEX ON public.chat_messages (chat_id, sender_id) WHERE message_type = 'welcome'",
    "CREATE UNIQUE INDEX ON public.chats (lower(name), id)",
    # Direct chats have no name, which may be so in any number of them.
    "CREATE UNIQUE INDEX ON public.chats (name); CREATE UNIQUE INDEX ON public.chats (created_by, name);"
    " ALTER TABLE public.chats ADD CONSTRAINT one_name EXCLUDE USING hash (name WITH =)",
    "ALTER TABLE public.chat_messages ADD more text NOT NULL DEFAULT ''",
    "ALTER TABLE public.chats ADD listing uuid",
    "CREATE SEQUENCE public.places; ALTER TABLE public.chat_messages ALTER seq SET DEFAULT nextval('public.places')",
    "ALTER TABLE public.chat_messages ALTER deleted_at SET DEFAULT NULL, ALTER reply_to_message_id SET DEFAULT NULL",
)


@pytest.fixture
def after(production, connect):
    """The catalog and machinery after some SQL, in a transaction that is taken back."""
    connection = connect(production)

    def read(statements):
        connection.execute(b"BEGIN; SET LOCAL search_path = pg_catalog;" + statements.encode())
        found = catalog.read(connection)
        return found, running.read(connection, found)

    yield read
    connection.execute("ROLLBACK")


def in_database(change):
    return f"DO $$ BEGIN EXECUTE format('ALTER {change}', current_database()); END $$"


def trigger(table, when, text):
    if text is None:
        call = "suppress_redundant_updates_trigger()"
        return f"CREATE TRIGGER a {when} ON public.{table} FOR EACH ROW EXECUTE FUNCTION {call}"
    body = (
        f"CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $f$ DECLARE kept record; BEGIN {text} END $f$;"
    )
    return f"{body} CREATE TRIGGER a {when} ON public.{table} FOR EACH ROW EXECUTE FUNCTION public.f()"


@pytest.mark.parametrize("what", ORDINARY_TRIGGERS)
def test_an_ordinary_trigger_passes(after, what):
    """What a trigger does to some rows only, or to what nobody reads, is the project's own affair."""
    found = after(trigger(*ORDINARY_TRIGGERS[what]))
    assert {table: triggers.breaking(*found, table) for table in triggers.KEPT} == dict.fromkeys(triggers.KEPT)


@pytest.mark.parametrize("what", ORDINARY_BODIES)
def test_an_ordinary_body_passes(after, what):
    """A function may do its work in any way, and what cannot be read is not held against it."""
    name, before, text = ORDINARY_BODIES[what]
    arguments = {"get_unread_count": "p_chat_id uuid, p_user_id uuid"}.get(name, "p_chat_id uuid")
    again = f"CREATE OR REPLACE FUNCTION public.{name}({arguments}) RETURNS bigint LANGUAGE plpgsql STABLE AS $f$"
    assert bodies.body(*after(f"{before} {again} {text} $f$"), name) is None


@pytest.mark.parametrize(
    ("counting", "moves"),
    [(f"{COUNTING} -- and not by last_read_at any more", False), (f"{COUNTING}{SINCE}", True)],
    ids=["said in a comment", "counted by"],
)
def test_only_a_read_point_that_is_counted_by_has_to_move(after, counting, moves):
    """What get_unread_count says in a comment is not what it counts by."""
    read = "UPDATE public.chat_messages SET status = 'read' WHERE chat_id = p_chat_id"
    found = after(
        "CREATE OR REPLACE FUNCTION public.get_unread_count(p_chat_id uuid, p_user_id uuid) RETURNS bigint"
        f" LANGUAGE sql STABLE AS $f$ {counting}\n $f$;"
        "CREATE OR REPLACE FUNCTION public.mark_messages_as_read(p_chat_id uuid, p_user_id uuid)"
        " RETURNS TABLE (updated_count bigint) LANGUAGE sql"
        f" AS $f$ WITH w AS ({read} RETURNING 1) SELECT count(*) FROM w $f$"
    )
    said = bodies.body(*found, "mark_messages_as_read") or ""
    assert ("never moves last_read_at" in said) == moves


@pytest.mark.parametrize("change", ORDINARY_ROWS)
def test_an_ordinary_constraint_passes(after, change):
    """What refuses some rows, or nobody can decide by reading, is the project's own affair."""
    found = after(change)
    for judged in (sending.blocking, asking.broken):
        assert {table: judged(*found, table) for table in sending.TABLES} == dict.fromkeys(sending.TABLES)


def test_names_of_which_only_one_may_be_missing_are_told(after):
    """A unique name where NULLs are NOT DISTINCT allows one direct chat in all, or one for each person."""
    found = after("CREATE UNIQUE INDEX one ON public.chats (created_by, name) NULLS NOT DISTINCT")
    wrong, to_do = sending.blocking(*found, "chats")
    assert wrong == "public.one allows no second row with the same created_by, name"
    assert to_do == "DROP INDEX public.one"


@pytest.mark.parametrize(
    "change",
    [
        "ROLE authenticator IN DATABASE %I SET statement_timeout = ''8s''",
        "DATABASE %I SET session_replication_role = local",
        "DATABASE %I SET default_transaction_read_only = off",
        "DATABASE %I SET lock_timeout = 0",
        "DATABASE %I SET search_path = extensions",
        "DATABASE %I SET pgrst.db_schemas = ''public, api''",
        "ROLE anon IN DATABASE %I SET statement_timeout = 1",
        "ROLE authenticated IN DATABASE %I SET row_security = off",
        "ROLE authenticator IN DATABASE %I SET pgrst.db_max_rows = ''1000''",
        "ROLE authenticator IN DATABASE %I SET pgrst.db_tx_end = ''commit-allow-override''",
    ],
)
def test_an_ordinary_setting_passes(after, change):
    """Usual values pass, and so do settings that no request of the API obeys."""
    _, machinery = after(in_database(change))
    assert [name for name in settings.SETTINGS if settings.setting(machinery, name)] == []


@pytest.mark.parametrize(
    ("change", "refuses"),
    [
        ("sender_id) REFERENCES public.people NOT VALID", True),
        ('sender_id) REFERENCES public."People" NOT VALID', True),
        (
            "sender_id) REFERENCES public.people NOT VALID; INSERT INTO public.people SELECT user_id FROM {} LIMIT 1",
            False,
        ),
        (
            "topic) REFERENCES public.people;"
            " ALTER TABLE public.chat_messages ALTER topic SET DEFAULT gen_random_uuid()",
            True,
        ),
        ("topic) REFERENCES public.people; ALTER TABLE public.chat_messages ALTER topic SET DEFAULT NULL", False),
        ("topic) REFERENCES public.people", False),
        ("sender_id) REFERENCES public.people NOT VALID; ALTER TABLE public.chat_messages DISABLE TRIGGER ALL", False),
    ],
)
def test_a_key_to_a_table_that_holds_nobody_is_told(production, connect, change, refuses):
    """A foreign key refuses each row whose people its table does not hold; one that a row may leave out does not."""
    connection = connect(production)
    made = (
        'CREATE TABLE public.people (id uuid PRIMARY KEY); CREATE TABLE public."People" ("Id" uuid PRIMARY KEY);'
        " ALTER TABLE public.chat_messages ADD topic uuid, ADD"
    )
    change = f"{made} CONSTRAINT k FOREIGN KEY ({change.format('public.chat_participants')}"
    connection.execute(f"BEGIN; {change}; SET LOCAL search_path = pg_catalog".encode())
    found = filled.unfilled(connection, catalog.read(connection))
    connection.execute("ROLLBACK")
    assert [each.name for each in found] == ["k"] * refuses


def test_session_replication_role_is_told_with_its_effect_and_remedy(after):
    """A database whose sessions fire no trigger is named, with what a person sees and what takes it back."""
    found = after(in_database("DATABASE %I SET session_replication_role = replica"))
    wrong, to_do = settings.setting(found[1], "session_replication_role")
    assert "gets no seq" in wrong
    assert to_do == f"ALTER DATABASE {found[1].database} RESET session_replication_role"
    assert "not enabled" in events.trigger(found[1], "trg_assign_seq")


@pytest.mark.parametrize(("how", "fires"), [("ALWAYS", True), ("REPLICA", True), ("", False)])
def test_what_fires_follows_the_setting(after, how, fires):
    """Under session_replication_role = replica an ordinary trigger is silent, and the two others fire."""
    replica = in_database("DATABASE %I SET session_replication_role = replica")
    found = after(f"{replica}; ALTER TABLE public.chat_messages ENABLE {how} TRIGGER trg_assign_seq")
    assert (events.trigger(found[1], "trg_assign_seq") is None) == fires


def test_a_read_point_that_is_kept_is_told_with_its_effect_and_remedy(after):
    """A trigger that keeps last_read_at is named, with what a person sees and what takes it away."""
    text = "NEW.last_read_at := OLD.last_read_at; RETURN NEW;"
    wrong, to_do = triggers.breaking(*after(trigger("chat_participants", "BEFORE UPDATE", text)), "chat_participants")
    assert "unread counts never fall" in wrong
    assert "DROP TRIGGER a ON public.chat_participants" in to_do


def test_a_condition_that_lets_every_new_message_in_passes(after):
    """The seq's trigger may say more than that the seq is missing, as long as every message without one is in."""
    again = (
        "DROP TRIGGER trg_assign_seq ON public.chat_messages; CREATE TRIGGER s BEFORE INSERT ON public.chat_messages"
    )
    condition = "WHEN (NEW.seq IS NULL OR NEW.status IS NULL) EXECUTE FUNCTION public.assign_message_seq()"
    assert events.trigger(after(f"{again} FOR EACH ROW {condition}")[1], "trg_assign_seq") is None


def test_the_list_is_moved_by_a_trigger_of_any_name(after):
    """What writes last_message_at counts; a trigger of the right name that does not write it fails."""
    name = "trigger_update_chat_last_message_at"
    renamed = after(f"ALTER TRIGGER {name} ON public.chat_messages RENAME TO bump")
    assert events.trigger(renamed[1], name) is None


def test_a_trigger_of_the_right_name_that_does_nothing_fails(after):
    """The name alone moves no chat."""
    nothing = (
        "CREATE OR REPLACE FUNCTION public.update_chat_last_message_at() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'"
    )
    assert "does not write" in events.trigger(after(nothing)[1], "trigger_update_chat_last_message_at")


@pytest.mark.parametrize("pinned", [False, True])
def test_a_search_path_of_the_caller_counts_where_a_function_sets_none(after, pinned):
    """What the role of the API has by ALTER ROLE overrides the API's own path, unless the function sets one."""
    body = "AS $f$ BEGIN RETURN (SELECT max(seq) FROM chat_messages); END $f$"
    setting = "SET search_path = public" if pinned else ""
    found = after(
        "LOCK TABLE pg_catalog.pg_authid IN SHARE UPDATE EXCLUSIVE MODE;"
        "ALTER ROLE authenticated SET search_path = extensions;"
        "CREATE OR REPLACE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint LANGUAGE plpgsql STABLE"
        f" {setting} {body}"
    )
    assert (bodies.body(*found, "get_latest_seq") is None) == pinned


def test_what_a_default_asks_for_is_told_once_with_who_asks(after):
    """A setting that is not there is named with the default and the function that need it, and what mends it."""
    found = after(
        "CREATE FUNCTION public.tenant() RETURNS text LANGUAGE plpgsql AS"
        " $f$ BEGIN RETURN current_setting('app.tenant'); END $f$;" + _TENANT + "public.tenant();"
        "ALTER TABLE public.chat_messages ADD CHECK (message_text <> public.tenant()) NOT VALID"
    )
    wrong, to_do = asking.broken(*found, "chat_messages")
    assert wrong.count("setting app.tenant, which public.tenant needs") == 1
    assert wrong.startswith("the default of tenant, the check chat_messages_message_text_check asks for")
    assert to_do.endswith("SET app.tenant = …, or ask current_setting('app.tenant', true)")


def test_who_is_no_user_is_told(after):
    """A sender that refers to a messaging table refers to nobody."""
    found, _ = after(
        "ALTER TABLE public.chat_messages DROP CONSTRAINT chat_messages_sender_id_fkey, ADD CONSTRAINT k"
        " FOREIGN KEY (sender_id) REFERENCES public.chats (id) NOT VALID"
    )
    assert columns.reference(found, "chat_messages.sender_id") is not None


def test_a_server_without_logical_log_is_told(after):
    """Realtime needs wal_level = logical, which the replicas' own servers have."""
    _, machinery = after("SELECT")
    assert settings.log(machinery) is None
    assert "realtime delivers nothing" in settings.log(replace(machinery, wal_level="replica"))
