"""What is safer for any chat: each rule names its bad case, lets what looks like it pass, and its remedy mends it."""

import pytest

from connect import hardening
from pgproof import catalog
from pgproof.lints import remedies

SCHEMAS = ("public", "private")
# By change: the rule and the objects that must be found, of all rules.
BAD = {
    "GRANT SELECT ON chats TO anon": ("anon_reaches_messaging", ["public.chats: SELECT by anon"]),
    "GRANT SELECT, DELETE ON chats TO PUBLIC": (
        "anon_reaches_messaging",
        ["public.chats: DELETE by PUBLIC", "public.chats: SELECT by PUBLIC"],
    ),
    "GRANT UPDATE (name) ON chats TO anon": ("anon_reaches_messaging", ["public.chats.name: UPDATE by anon"]),
    "GRANT EXECUTE ON FUNCTION get_latest_seq TO anon": (
        "anon_reaches_messaging",
        ["public.get_latest_seq(p_chat_id uuid): EXECUTE by anon"],
    ),
    "GRANT TRUNCATE, REFERENCES ON chats TO authenticated": (
        "api_passes_row_security",
        ["public.chats: REFERENCES by authenticated", "public.chats: TRUNCATE by authenticated"],
    ),
    "GRANT TRIGGER ON attachments TO authenticator": (
        "api_passes_row_security",
        ["public.attachments: TRIGGER by authenticator"],
    ),
    "GRANT INSERT (seq), UPDATE (status) ON chat_messages TO authenticated": (
        "api_writes_what_functions_keep",
        ["public.chat_messages.seq: INSERT", "public.chat_messages.status: UPDATE"],
    ),
    "GRANT UPDATE (chat_id) ON chat_messages TO authenticated": (
        "api_moves_rows",
        ["public.chat_messages.chat_id: UPDATE"],
    ),
    "ALTER FUNCTION get_unread_count SET search_path = public": (
        "definer_search_path",
        ["public.get_unread_count(p_chat_id uuid, p_user_id uuid)"],
    ),
    "ALTER FUNCTION assign_message_seq SET search_path = pg_temp, public": (
        "definer_search_path",
        ["public.assign_message_seq()"],
    ),
}
GOOD = {
    "as it is": "SELECT",
    "another table": "CREATE TABLE notes (id int); GRANT ALL ON notes TO anon, PUBLIC, authenticated",
    "a table of that name elsewhere": "CREATE TABLE private.chats (id int); GRANT ALL ON private.chats TO anon",
    "the service": "GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role",
    "a function that a linter names": "GRANT EXECUTE ON FUNCTION get_unread_count TO anon",
    "a function that nobody calls": "GRANT EXECUTE ON FUNCTION assign_message_seq TO anon",
    "no policy lets them": "GRANT UPDATE (last_read_at, chat_id) ON chat_participants TO authenticated",
    "a policy for others": "GRANT UPDATE (last_read_at) ON chat_participants TO authenticated;"
    " CREATE POLICY p ON chat_participants FOR UPDATE TO service_role USING (true)",
    "a policy that only restricts": "GRANT UPDATE (last_read_at) ON chat_participants TO authenticated;"
    " CREATE POLICY p ON chat_participants AS RESTRICTIVE FOR UPDATE TO authenticated USING (true)",
    "a view in the place of a table": "CREATE SCHEMA chat; ALTER TABLE chats SET SCHEMA chat;"
    " CREATE VIEW chats WITH (security_invoker = on) AS SELECT * FROM chat.chats; GRANT ALL ON chats TO authenticated",
    "a new chat's time": "GRANT INSERT (last_message_at) ON chats TO authenticated",
    "every name is written with its schema": "ALTER FUNCTION get_unread_count SET search_path = ''",
    "pg_temp is last": "ALTER FUNCTION get_unread_count SET search_path = public, extensions, pg_temp",
    "the caller's rights": "ALTER FUNCTION get_latest_seq SET search_path = public",
    "a linter asks for one": "ALTER FUNCTION get_unread_count RESET search_path",
}
# As the platform leaves what is made in schema public, with a further column.
ORDINARY = """
ALTER TABLE chat_messages ADD COLUMN "Meta" jsonb, ADD COLUMN length int GENERATED ALWAYS AS (1) STORED;
GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC, anon;
REVOKE EXECUTE ON FUNCTION get_latest_seq FROM authenticated;
ALTER FUNCTION get_unread_count SET search_path = public
"""


@pytest.fixture
def hardened(production, connect):
    """The administrator's connection, in a transaction that is taken back."""
    hardened = connect(production)
    hardened.execute("BEGIN")
    yield hardened
    hardened.execute("ROLLBACK")


@pytest.fixture
def unsafe_after(hardened):
    """The violations after a change."""

    def read(change):
        hardened.execute("SET LOCAL search_path = public")
        hardened.execute(change.encode())
        hardened.execute("SET LOCAL search_path = pg_catalog")
        return list(hardening.violations(catalog.read(hardened, SCHEMAS)))

    return read


@pytest.mark.parametrize("change", BAD)
def test_a_bad_case_is_named(unsafe_after, change):
    """The rule names each privilege or function, and no other rule does; its remedy can be run, and mends it."""
    rule, objects = BAD[change]
    found = unsafe_after(change)
    assert [(each.rule, each.object) for each in found] == [(rule, name) for name in objects]
    todo = remedies.of(found)
    assert all(part.endswith(";") for part in todo)
    assert unsafe_after("\n".join(todo)) == []


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD)
def test_a_good_case_passes(unsafe_after, change):
    """What looks like a bad case and is none is not named."""
    assert unsafe_after(change) == []


def test_without_row_security_no_policy_is_needed(unsafe_after):
    """Where no policy is asked, the grant alone is enough to write."""
    change = "ALTER TABLE chat_participants DISABLE ROW LEVEL SECURITY; " + GOOD["no policy lets them"]
    assert [each.object for each in unsafe_after(change)] == [
        "public.chat_participants.last_read_at: UPDATE",
        "public.chat_participants.chat_id: UPDATE",
    ]


def test_every_rule_says_what_it_found(unsafe_after):
    """Each violation belongs to a rule, which has a level, a reason and words."""
    named = {each.rule for each in unsafe_after(ORDINARY)}
    assert named == {rule.name for rule in hardening.RULES}
    assert all(rule.why and rule.one != rule.many for rule in hardening.RULES)


def test_the_remedies_of_an_ordinary_project_fit_it(unsafe_after, hardened):
    """Run rule by rule, they mend everything, and users still write each column that the page may write."""
    for rule in hardening.RULES:
        of_rule = [each for each in unsafe_after("SELECT") if each.rule == rule.name]
        assert of_rule == []
    found = unsafe_after(ORDINARY)
    for rule in reversed(hardening.RULES):
        unsafe_after("\n".join(remedies.of(each for each in found if each.rule == rule.name)))
    assert unsafe_after("SELECT") == []
    may = """
      SELECT has_column_privilege('authenticated', 'public.chat_messages', %s, %s),
        has_function_privilege('authenticated', 'public.get_latest_seq(uuid)', 'EXECUTE')
    """
    for column in ("message_text", "Meta", "reply_to_message_id"):
        assert hardened.execute(may, [column, "UPDATE"]).fetchone() == (True, True)
    for column, privilege, allowed in (
        ("chat_id", "INSERT", True),
        ("chat_id", "UPDATE", False),
        ("seq", "INSERT", False),
    ):
        assert hardened.execute(may, [column, privilege]).fetchone() == (allowed, True)


def test_anon_loses_what_all_have_and_users_keep_it(unsafe_after):
    """What signed-in users have only because everybody has it is granted to them, as it is to the service."""
    found = unsafe_after(ORDINARY)
    first, *_, last = remedies.of(each for each in found if "get_latest_seq" in each.object)
    assert first == "REVOKE EXECUTE ON FUNCTION public.get_latest_seq(p_chat_id uuid) FROM PUBLIC, anon;"
    assert last == "GRANT EXECUTE ON FUNCTION public.get_latest_seq(p_chat_id uuid) TO authenticated;"
