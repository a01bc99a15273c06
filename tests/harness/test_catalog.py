"""The catalog's difference names each change, when it is the only one, and nothing where nothing changed."""

import pytest

from harness import catalog
from harness.environments import REPLICAS

# A change, and the start of the one line that must name it.
CHANGES = {
    "ALTER TABLE chats ADD COLUMN topic text": "column public.chats.topic: only in the second",
    "ALTER TABLE chats ALTER type DROP NOT NULL": "column public.chats.type: not null",
    "ALTER TABLE chats ALTER name SET DEFAULT 'x'": "column public.chats.name: default",
    "ALTER TABLE chats ALTER name TYPE varchar": "column public.chats.name: type",
    "ALTER TABLE chats ALTER name SET STORAGE external": "column public.chats.name: storage",
    "ALTER TABLE chats REPLICA IDENTITY DEFAULT": "relation public.chats: replica identity",
    "ALTER TABLE chats DISABLE ROW LEVEL SECURITY": "relation public.chats: row security",
    "ALTER TABLE chats FORCE ROW LEVEL SECURITY": "relation public.chats: row security forced",
    "ALTER TABLE chats ADD CHECK (name <> '')": "constraint public.chats chats_name_check: only in the second",
    "CREATE INDEX i ON chats (name)": "index public.i: only in the second",
    "ALTER TABLE chats CLUSTER ON chats_pkey": "index public.chats_pkey: clustered",
    "ALTER TABLE chat_messages DISABLE TRIGGER trg_assign_seq": "trigger public.chat_messages trg_assign_seq: enabled",
    "ALTER POLICY chats_delete ON chats USING (true)": "policy public.chats chats_delete: using",
    "ALTER POLICY chats_delete ON chats TO anon": "policy public.chats chats_delete: roles",
    "ALTER FUNCTION get_latest_seq(uuid) SECURITY DEFINER": (
        "function public.get_latest_seq(p_chat_id uuid): security definer"
    ),
    "ALTER FUNCTION get_latest_seq(uuid) RESET search_path": "function public.get_latest_seq(p_chat_id uuid): settings",
    "ALTER FUNCTION get_latest_seq(uuid) COST 7": "function public.get_latest_seq(p_chat_id uuid): cost",
    "ALTER FUNCTION get_latest_seq(uuid) IMMUTABLE": "function public.get_latest_seq(p_chat_id uuid): volatility",
    "GRANT EXECUTE ON FUNCTION get_latest_seq(uuid) TO anon": (
        "grant function public.get_latest_seq(p_chat_id uuid) to anon: only in the second"
    ),
    "GRANT SELECT ON chats TO anon": "grant relation public.chats to anon: only in the second",
    "GRANT UPDATE (created_at) ON chats TO authenticated": (
        "grant column public.chats.created_at to authenticated: only in the second"
    ),
    "GRANT CREATE ON SCHEMA private TO authenticated": "grant schema private to authenticated: privileges",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon": "default privileges public r by",
    "ALTER PUBLICATION supabase_realtime DROP TABLE chats": "published table supabase_realtime public.chats: only in",
    "ALTER PUBLICATION supabase_realtime SET (publish = 'insert')": "publication supabase_realtime: delete",
    "COMMENT ON TABLE chats IS 'x'": "relation public.chats: comment",
    "CREATE TYPE mood AS ENUM ('a', 'b')": "type public.mood: only in the second",
    "CREATE SEQUENCE s": "sequence public.s: only in the second",
}


@pytest.fixture(scope="module")
def database(templates):
    """An aligned replica for this module; each test takes its change back."""
    with templates.clone(REPLICAS["prod"], "aligned") as conninfo:
        yield conninfo


@pytest.fixture
def difference(database, connect):
    """The lines between the catalog before and after a change, which is taken back."""
    connection = connect(database)

    def between(change):
        connection.execute("BEGIN; SET LOCAL search_path = public")
        before = catalog.read(connection)
        connection.execute(change.encode())
        return list(catalog.differences(before, catalog.read(connection)))

    yield between
    connection.execute("ROLLBACK")


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_named(difference, change):
    """A single change gives the line that names it."""
    lines = difference(change)
    assert any(line.startswith(CHANGES[change]) for line in lines), lines


def test_no_change_gives_no_line(difference):
    """Reading twice shows no difference."""
    assert difference("SELECT 1") == []


def test_databases_built_apart_are_the_same(templates, connect):
    """Two clones, each with its own object identifiers, show no difference."""
    with (
        templates.clone(REPLICAS["staging"], "baseline") as one,
        templates.clone(REPLICAS["staging"], "baseline") as two,
    ):
        for conninfo in (one, two):
            connect(conninfo).execute("CREATE TABLE late (id int PRIMARY KEY)")
        assert list(catalog.differences(catalog.read(connect(one)), catalog.read(connect(two)))) == []


def test_both_environments_are_the_same_once_aligned(templates, connect):
    """After their migrations production and staging show no difference in any schema."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as prod,
        templates.clone(REPLICAS["staging"], "aligned") as staging,
    ):
        assert list(catalog.differences(catalog.read(connect(prod)), catalog.read(connect(staging)))) == []
