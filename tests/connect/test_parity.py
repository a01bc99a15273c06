"""The parity tests name what differs, leave out what does not belong to Connect, and need both environments."""

import pytest

from connect.project import REPLICAS

LIVE = ("-m", "parity", "--live", "-p", "no:randomly")


@pytest.fixture
def compared(run, templates, connect, as_verifier):
    """Runs parity on two live databases, after a change to production; returns exit code and output."""

    def compare(change="SELECT 1"):
        with (
            templates.clone(REPLICAS["prod"], "aligned") as prod,
            templates.clone(REPLICAS["staging"], "aligned") as staging,
        ):
            connect(prod).execute(change)
            done = run(*LIVE, CONNECT_PROD_DSN=as_verifier(prod), CONNECT_STAGING_DSN=as_verifier(staging))
        return done.returncode, done.stdout + done.stderr

    return compare


def test_nullable_keys_of_messages_are_named(compared):
    """Production's nullable chat_id and sender_id of chat_messages, which no migration touches, fail by name."""
    code, said = compared("ALTER TABLE chat_messages ALTER chat_id DROP NOT NULL, ALTER sender_id DROP NOT NULL")
    assert code == 1, said
    assert "column public.chat_messages.chat_id: NOT NULL only in staging" in said
    assert "column public.chat_messages.sender_id: NOT NULL only in staging" in said
    assert "1 failed" in said


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("CREATE INDEX mine ON chats (name)", "index public.mine: only in prod"),
        ("GRANT SELECT ON chats TO anon", "grant relation public.chats to anon: only in prod"),
        ("ALTER FUNCTION get_latest_seq(uuid) COST 7", "cost differs: 7 in prod, 100 in staging"),
        ("ALTER POLICY chats_delete ON chats USING (true)", "policy public.chats chats_delete: using differs"),
        ("ALTER PUBLICATION supabase_realtime DROP TABLE chats", "supabase_realtime public.chats: only in staging"),
    ],
)
def test_a_difference_is_named(compared, change, line):
    """One kind of object differs: its test fails, with the line that names the object."""
    code, said = compared(change)
    assert code == 1, said
    assert line in said
    assert "1 failed" in said


def test_what_the_verifier_needs_is_left_out(compared):
    """The role that judges, what it was granted and its policies make no difference, nor does another table."""
    code, said = compared(
        "CREATE POLICY connect_verifier_select ON chats FOR SELECT USING (true); CREATE TABLE profiles (id int)"
    )
    assert code == 0, said


def test_one_environment_alone_is_not_compared(run):
    """With one environment chosen, parity is left out, and the run says so."""
    done = run("-m", "parity or schema", "--env", "prod", "-k", "parity or test_trigger")
    assert "parity was left out: it compares environments, and only prod was chosen" in done.stdout
    assert "deselected" in done.stdout
