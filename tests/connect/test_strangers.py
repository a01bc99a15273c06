"""A policy that shows a chat to everybody who signed in is named; one that asks anything, or shows nobody, is not."""

import pytest

from connect import strangers
from pgproof import catalog

SCHEMAS = ("public", "private")
POLICY = "CREATE POLICY added ON chat_messages FOR SELECT TO authenticated USING ({})"
BAD = {
    "always": POLICY.format("true"),
    "whoever signed in": POLICY.format("auth.uid() IS NOT NULL"),
    "whoever signed in, asked once": POLICY.format("(SELECT auth.uid()) IS NOT NULL"),
    "the role": POLICY.format("auth.role() = 'authenticated'"),
    "for everybody": "CREATE POLICY added ON chat_messages FOR SELECT USING (true)",
    "for all commands": "CREATE POLICY added ON chat_messages USING (true)",
    "a column's privilege": "REVOKE SELECT ON chat_messages FROM authenticated;"
    f" GRANT SELECT (id, message_text) ON chat_messages TO authenticated; {POLICY.format('true')}",
}
GOOD = {
    "as it is": "SELECT",
    "the row is asked": POLICY.format("sender_id = auth.uid()"),
    "a function of the project's": "CREATE FUNCTION is_moderator() RETURNS boolean LANGUAGE sql SET search_path = ''"
    f" AS 'SELECT false'; {POLICY.format('public.is_moderator()')}",
    "for the service": "CREATE POLICY added ON chat_messages FOR SELECT TO service_role USING (true)",
    "to write, which another rule judges": "CREATE POLICY added ON chat_messages FOR INSERT TO authenticated"
    " WITH CHECK (true)",
    "nobody": POLICY.format("false"),
    "a policy that only restricts": "CREATE POLICY added ON chat_messages AS RESTRICTIVE FOR SELECT TO authenticated"
    " USING (true)",
    "another one restricts": f"{POLICY.format('true')}; CREATE POLICY more ON chat_messages AS RESTRICTIVE FOR SELECT"
    " TO authenticated USING (private.is_chat_member(chat_id))",
    "no privilege": f"REVOKE SELECT ON chat_messages FROM authenticated; {POLICY.format('true')}",
    "no policy counts": f"{POLICY.format('true')}; ALTER TABLE chat_messages DISABLE ROW LEVEL SECURITY",
    "another table": "CREATE TABLE notes (id int); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
    " GRANT SELECT ON notes TO authenticated; CREATE POLICY added ON notes FOR SELECT TO authenticated USING (true)",
}


@pytest.fixture
def named(production, connect):
    """Returns what the rule names after a change, which is taken back."""
    session = connect(production)

    def violations(change):
        session.execute("BEGIN")
        session.execute(change)
        session.execute("SET LOCAL search_path = pg_catalog")
        result = [each.object for each in strangers.violations(catalog.read(session, SCHEMAS))]
        session.execute("ROLLBACK")
        return result

    return violations


@pytest.mark.parametrize("case", BAD)
def test_a_policy_for_everybody_is_named(named, case):
    """However it says so, the policy is named, and nothing else."""
    assert named(BAD[case]) == ["public.chat_messages: added"]


@pytest.mark.parametrize("case", GOOD)
def test_a_policy_that_may_be_right_is_not_named(named, case):
    """What asks something, shows nothing or is taken back by another policy is not named."""
    assert named(GOOD[case]) == []
