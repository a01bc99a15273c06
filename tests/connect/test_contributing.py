"""A table and an environment are added where CONTRIBUTING.md says, and nothing of the suite is left stale.

Each is tried on a copy of this repository, by the commands that a person would type.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connect.embedded_stack import announced
from connect.paths import ROOT
from connect.processes import clean_environment

SQL = """
CREATE TABLE public.polls (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id uuid NOT NULL REFERENCES public.chat_messages (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  question text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_polls_message_id ON public.polls (message_id);
CREATE INDEX idx_polls_user_id ON public.polls (user_id);
ALTER TABLE public.polls REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE public.polls;
ALTER TABLE public.polls ENABLE ROW LEVEL SECURITY;
CREATE POLICY polls_select ON public.polls FOR SELECT TO authenticated
  USING (EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY polls_insert ON public.polls FOR INSERT TO authenticated
  WITH CHECK (user_id = (SELECT auth.uid()) AND EXISTS (SELECT FROM public.chat_messages m WHERE m.id = message_id));
CREATE POLICY polls_delete ON public.polls FOR DELETE TO authenticated USING (user_id = (SELECT auth.uid()));
GRANT ALL ON public.polls TO service_role;
GRANT SELECT, INSERT (id, message_id, user_id, question), DELETE ON public.polls TO authenticated;
"""
DECLARED = """
[tables.polls]
privileges = ["DELETE", "SELECT"]
insert = ["id", "message_id", "user_id", "question"]
update = []

[tables.polls.columns]
id = { type = "uuid", not_null = true, default = "gen_random_uuid()" }
message_id = { type = "uuid", not_null = true }
user_id = { type = "uuid", not_null = true }
question = { type = "text", not_null = true }
created_at = { type = "timestamp with time zone", not_null = true, default = "now()" }

[tables.polls.constraints]
polls_pkey = "PRIMARY KEY (id)"
polls_message_id_fkey = "FOREIGN KEY (message_id) REFERENCES public.chat_messages(id) ON DELETE CASCADE"
polls_user_id_fkey = "FOREIGN KEY (user_id) REFERENCES auth.users(id) ON DELETE CASCADE"

[tables.polls.indexes]
idx_polls_message_id = { on = "btree (message_id)" }
idx_polls_user_id = { on = "btree (user_id)" }

[tables.polls.policies.polls_select]
command = "SELECT"
using = "(EXISTS ( SELECT FROM public.chat_messages m WHERE (m.id = polls.message_id)))"

[tables.polls.policies.polls_insert]
command = "INSERT"
check = '''
((user_id = ( SELECT auth.uid() AS uid)) AND
(EXISTS ( SELECT FROM public.chat_messages m WHERE (m.id = polls.message_id))))'''

[tables.polls.policies.polls_delete]
command = "DELETE"
using = "(user_id = ( SELECT auth.uid() AS uid))"
"""
ROWS = """
[polls]
scene = \"\"\"
INSERT INTO public.polls (message_id, user_id, question)
  SELECT %(message)s, %(alice)s::uuid, 'when?'
  UNION ALL (SELECT id, %(erin)s, 'where?' FROM public.chat_messages WHERE chat_id <> %(chat)s LIMIT 1)\"\"\"
insert = "(message_id, user_id, question) VALUES (%(message)s, %(me)s, 'who?')"
in_anothers_name = "(message_id, user_id, question) VALUES (%(message)s, %(alice)s, 'why?')"
in_anothers_chat = "(message_id, user_id, question) VALUES (%(message)s, %(me)s, 'why?')"
update = "question = 'changed'"

[polls.outcomes]
select = [1, 1, 0, 0, 0, "all"]
insert = [1, 1, "denied", "denied", "denied", 1]
update = ["denied", "denied", "denied", "denied", "denied", "all"]
delete = [1, 0, 0, 0, 0, "all"]
"""
ENVIRONMENT = """
[environments.dev]
title = "Connect-Dev"
baseline = ["sql/baseline/staging.sql"]
migrations = ["sql/002_function_updates_staging.sql", "sql/003_index_alignment.sql"]
rollback = ["sql/rollback.sql"]
settings = { "connect.environment" = "staging" }
read_only = false
"""


class Copy:
    """A copy of the repository. run: a command of its own, and what came of it."""

    def __init__(self, folder):
        self.folder = folder
        tracked = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        for name in tracked.stdout.splitlines():
            if (ROOT / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
        self.changed = []

    def add(self, name, text):
        """Add a text to the end of a file, by hand."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)
        self.changed.append(name)

    def environment(self):
        return clean_environment(
            {"CONNECT_REPORT_DIR": str(self.folder / "report"), "PYTHONPATH": str(self.folder / "src")}
        )

    def run(self, *words):
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def judge(self, *words):
        """What pytest says of it; it has to pass."""
        done = self.run("pytest", "-p", "no:cacheprovider", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def with_a_table(tmp_path_factory):
    """A copy with one table more, added as CONTRIBUTING.md says."""
    copy = Copy(tmp_path_factory.mktemp("table"))
    copy.add("sql/baseline/messaging.sql", SQL)
    copy.add("src/connect/schema.toml", DECLARED)
    copy.add("tests/security/rows.toml", ROWS)
    wrote = copy.run("connect")
    assert {Path(line).name for line in wrote.stdout.splitlines()} == {"004_validation.sql", "verifier_role.sql"}
    return copy


@pytest.fixture(scope="module")
def with_an_environment(tmp_path_factory):
    """A copy with one environment more, added as CONTRIBUTING.md says."""
    copy = Copy(tmp_path_factory.mktemp("environment"))
    copy.add("environments.toml", ENVIRONMENT)
    return copy


def test_a_table_takes_three_files(with_a_table):
    """So many are edited by hand; the lists in sql/ are written by `make lists`."""
    assert len(with_a_table.changed) <= 3


def test_the_new_table_is_judged_by_every_reading_test(with_a_table):
    """The tests of schema, security and parity pass, and are about the new table too."""
    said = with_a_table.judge("-m", "schema or security or parity", "-v")
    for test in (
        "test_columns.py::test_column_is_as_declared[prod-polls.question]",
        "test_constraints.py::test_constraint_is_as_declared[staging-polls polls_user_id_fkey]",
        "test_indexes.py::test_index_is_as_declared[prod-idx_polls_user_id]",
        "test_validation.py::test_check_passes[prod-published polls]",
        "test_row_security.py::test_insert_obeys_row_security[staging-polls]",
        "test_data.py::test_no_row_is_an_orphan[prod-polls-message_id-chat_messages]",
    ):
        assert f"{test} PASSED" in said


def test_each_defect_of_the_new_table_is_caught(with_a_table):
    """Mutants of its columns, keys, indexes, policies and grants are derived, and none survives."""
    with_a_table.judge("-m", "mutation", "-k", "polls")
    caught = json.loads((with_a_table.folder / "report" / "mutation.json").read_text())
    assert len(caught) > 50
    assert not [each["mutant"] for each in caught if each["survived"]]


def test_nothing_about_the_table_is_stale(with_a_table):
    """The lists in sql/, and what the rest of the suite says of them, are as they should be."""
    with_a_table.judge(
        "tests/connect/test_lists.py",
        "tests/connect/test_validation_can_fail.py",
        "tests/connect/test_verifier_role.py",
    )


def test_an_environment_takes_one_file(with_an_environment):
    """It is an entry, and nothing else."""
    assert with_an_environment.changed == ["environments.toml"]


def test_the_new_environment_is_judged_and_compared(with_an_environment):
    """--env dev is one like the others, and any two are compared."""
    said = with_an_environment.judge("-m", "schema or security or parity", "--env", "dev", "--env", "staging", "-v")
    assert "test_both_show_identical_objects[dev-staging-column] PASSED" in said
    assert "judged dev: replica" in said
    assert "test_notices" not in said


def test_its_migration_is_tried(with_an_environment):
    """Its own scripts are applied, taken back and rehearsed."""
    said = with_an_environment.judge(
        "tests/migration/test_round_trip.py", "tests/migration/test_psql.py", "--env", "dev", "-v"
    )
    assert "test_notices_are_the_guides[dev] PASSED" in said


def test_all_three_are_compared_with_each_other(with_an_environment):
    """Without --env every pair is compared."""
    said = with_an_environment.judge("-m", "parity", "-v")
    for pair in ("prod-staging", "prod-dev", "staging-dev"):
        assert f"test_both_show_identical_objects[{pair}-index] PASSED" in said


def test_the_stack_runs_it(with_an_environment):
    """`python -m stack --env dev` is a throw-away one, and tells its variables."""
    command = [sys.executable, "-m", "stack", "--env", "dev", "--until-stdin-closes", "--json"]
    with announced(command, with_an_environment.folder, with_an_environment.environment()) as stack:
        assert stack.api(stack.users[0]).select("chats", limit="1")


def test_gate_and_report_know_it(with_an_environment):
    """The gate takes it by name, and the report judges the guide's criteria for it."""
    folder = with_an_environment.folder / "gate"
    done = with_an_environment.run(
        "harness", "gate", "--env", "dev", "--only", "replicas", "-m", "schema or parity", "--folder", str(folder)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (folder / "index.html").read_text()
    assert "Connect-Dev" in page
    kept = json.loads((folder / "results" / "replicas.json").read_text())
    assert {each["environment"] for each in kept["judged"]} == {"prod", "staging", "dev"}
    assert [file.name for file in (folder / "results").iterdir()] == ["replicas.json"]


def test_an_unknown_one_is_still_refused(with_an_environment):
    """The sentence names all three."""
    done = with_an_environment.run("pytest", "-m", "schema", "--env", "test")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "unknown environment 'test'; choose one of prod, staging, dev" in done.stderr
