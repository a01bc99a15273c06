"""The parity tests name what differs, leave out what does not belong to Connect, and need both environments."""

import re

import pytest

from connect.project import REPLICAS

LIVE = ("-m", "parity", "--live", "-p", "no:randomly")


@pytest.fixture
def judged(run, as_verifier):
    """Runs parity on two live databases; returns exit code and output."""

    def judge(prod, staging):
        done = run(*LIVE, CONNECT_PROD_DSN=as_verifier(prod), CONNECT_STAGING_DSN=as_verifier(staging))
        return done.returncode, done.stdout + done.stderr

    return judge


@pytest.fixture
def compared(templates, connect, judged):
    """Runs parity on two live databases, after a change to production; returns exit code and output."""

    def compare(change="SELECT 1", state="aligned"):
        with (
            templates.clone(REPLICAS["prod"], state) as prod,
            templates.clone(REPLICAS["staging"], state) as staging,
        ):
            connect(prod).execute(change)
            return judged(prod, staging)

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


def test_a_publication_of_a_whole_schema_is_compared_too(compared):
    """Tables that one environment publishes with their schema, and the other one by one, are named as such."""
    code, said = compared(
        "DROP PUBLICATION supabase_realtime; CREATE PUBLICATION supabase_realtime FOR TABLES IN SCHEMA public"
    )
    assert code == 1, said
    assert "published schema supabase_realtime public: only in prod" in said
    assert "AssertionError" not in said


def test_what_the_verifier_needs_is_left_out(compared):
    """The role that judges, what it was granted and its policies make no difference, nor does another table."""
    code, said = compared(
        "CREATE POLICY connect_verifier_select ON chats FOR SELECT USING (true); CREATE TABLE profiles (id int)"
    )
    assert code == 0, said


def test_a_function_that_a_policy_asks_is_compared(compared):
    """A function of the project's own belongs to the messaging system if one of its policies calls it."""
    code, said = compared("""
        CREATE FUNCTION public.may_see(p_chat_id uuid) RETURNS boolean LANGUAGE sql AS 'SELECT true';
        ALTER POLICY chats_select ON public.chats USING (public.may_see(id));
        CREATE FUNCTION public.beside() RETURNS int LANGUAGE sql AS 'SELECT 1'""")
    assert code == 1, said
    assert "function public.may_see(p_chat_id uuid): only in prod" in said
    assert "public.beside" not in said
    assert said.index("CREATE FUNCTION public.may_see") < said.index("ALTER POLICY chats_select")


def test_one_environment_alone_is_not_compared(run):
    """With one environment chosen, parity is left out, and the run says so."""
    done = run("-m", "parity or schema", "--env", "prod", "-k", "parity or test_trigger")
    assert "parity was left out: it compares environments, and only prod was chosen" in done.stdout
    assert "deselected" in done.stdout


SCRIPTS = {
    "run sql/001_schema_alignment.sql in prod",
    "run sql/002_function_updates_staging.sql in staging",
    "run sql/003_index_alignment.sql in staging",
}
ALL_ALONG = "No script of sql/ aligns this"


def test_before_the_migration_the_scripts_are_named(compared):
    """Before 001-003 parity names exactly these three and where to run each, and nothing else to do."""
    code, said = compared(state="baseline")
    assert code == 1, said
    assert set(re.findall(r"to do: (run \S+ in \w+)", said)) == SCRIPTS
    assert ALL_ALONG not in said
    assert "column public.chat_participants.user_id: NOT NULL only in staging" in said


def test_what_a_script_aligns_comes_before_what_differs_all_along(compared):
    """Both fail, under separate heads: first what to run, then the rest, with a statement and the choice to drop."""
    _, said = compared("CREATE INDEX mine ON public.chats (name)", state="baseline")
    page = said[said.index("test_both_show_identical_objects[prod-staging-index] _") :].split("\n___")[0]
    first, _, rest = page.partition(ALL_ALONG)
    assert "index public.idx_chat_messages_reply_to: only in prod" in first
    assert "index public.mine" not in first
    assert "in staging: CREATE INDEX mine ON public.chats USING btree (name);" in rest
    assert "or drop it in prod" in rest


DIFFERENT = """
ALTER POLICY chats_select ON public.chats RENAME TO "Users can see their chats";
ALTER TABLE public.chats ALTER last_message_at SET DEFAULT now();
CREATE OR REPLACE FUNCTION public.get_latest_seq(p_chat_id uuid) RETURNS bigint
  LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
  AS $$
    SELECT coalesce(max(m.seq), 0)

    FROM public.chat_messages m -- of one chat
    WHERE m.chat_id = p_chat_id
  $$;
CREATE INDEX "an index of theirs" ON public.chats (lower(name)) WHERE name IS NOT NULL;
"""


def printed(said, environment):
    """The statements that a run says to run in an environment, those of several lines too."""
    # In CI pytest repeats each failure as a whole in its summary.
    said = said.partition(" short test summary info ")[0]
    short = re.findall(rf"^ +in {environment}: (.*;)$", said, re.MULTILINE)
    long = re.findall(
        rf"^-- in {environment}, for [^\n]*\n(.*?;)\n(?=-- in |_{{5}}|={{5}})", said, re.MULTILINE | re.DOTALL
    )
    return short + long


def test_printed_statements_make_parity_green(templates, connect, judged):
    """Projects that differed all along are the same after the printed statements, run as they are printed."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as prod,
        templates.clone(REPLICAS["staging"], "aligned") as staging,
    ):
        connect(prod).execute(DIFFERENT)
        code, said = judged(prod, staging)
        assert (code, said.count("to do: run sql/")) == (1, 0), said
        assert "4 failed" in said
        assert 'policy public.chats "Users can see their chats": is called "Users can see their chats" in prod' in said
        statements = printed(said, "staging")
        assert len(statements) == 4, said
        for statement in statements:
            connect(staging).execute(statement)
        code, said = judged(prod, staging)
        assert code == 0, said


def test_what_002_kept_is_not_compared(templates, connect, judged):
    """The schema in which 002 keeps what it replaced, and the marks of the scripts, make no difference."""
    with (
        templates.clone(REPLICAS["prod"], "aligned") as prod,
        templates.clone(REPLICAS["staging"], "aligned") as staging,
    ):
        connection = connect(staging)
        kept = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'connect_migration'::regnamespace"
        marks = "SELECT count(*) FROM pg_description WHERE description LIKE 'connect-migration: %'"
        assert connection.execute(kept).fetchone()[0] == 1
        assert connection.execute(marks).fetchone()[0] > 0
        code, said = judged(prod, staging)
    assert code == 0, said
