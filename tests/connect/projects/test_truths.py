"""On every project the other two truths: what changed since the record is named, and debt is accepted at once."""

import subprocess
import sys
from datetime import timedelta

import psycopg
import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof.lints import acceptance
from tests.connect.projects.fix_projects import some_projects

# One change of each kind that people make on a live project, and what a run says of it.
CHANGES = {
    "ALTER TABLE public.chats ADD COLUMN topic text": "column public.chats.topic: only in",
    "ALTER TABLE public.chats ALTER COLUMN type SET DEFAULT 'group'": "column public.chats.type: default differs",
    "ALTER TABLE public.chats ADD CONSTRAINT named CHECK (true)": "constraint public.chats named: only in",
    "CREATE INDEX by_time ON public.chat_messages (created_at)": "index public.by_time: only in",
    "CREATE TRIGGER more AFTER DELETE ON public.chats FOR EACH STATEMENT EXECUTE FUNCTION"
    " suppress_redundant_updates_trigger()": "trigger public.chats more: only in",
    "CREATE POLICY more ON public.chats FOR DELETE TO authenticated USING (false)": "policy public.chats more: only in",
    "ALTER FUNCTION public.get_latest_seq(uuid) COST 7": "cost differs",
    "GRANT SELECT ON public.chats TO pg_monitor": "grant relation public.chats to pg_monitor: only in",
    "CREATE TABLE public.notes (id int PRIMARY KEY)": "table public.notes: only in",
    "CREATE VIEW public.loud AS SELECT id FROM public.chats": "view public.loud: only in",
    "CREATE TYPE public.mood AS ENUM ('good')": "type public.mood: only in",
    "CREATE SEQUENCE public.counter": "sequence public.counter: only in",
    "ALTER PUBLICATION supabase_realtime SET (publish_via_partition_root = true)": "publication supabase_realtime",
    "COMMENT ON TABLE public.chats IS 'reviewed'": "table public.chats: comment",
    "CREATE SCHEMA later": "schema later: only in",
}
# What a linter of Supabase's finds wherever it is added.
NEW = "CREATE TABLE public.forgotten (id int PRIMARY KEY); GRANT SELECT ON public.forgotten TO anon"


@pytest.fixture
def known(live_project, tmp_path):
    """The settings of a run on the project, and how to call the tool and pytest with them."""
    (tmp_path / "environments.toml").write_text(
        f'variables = "CONNECT"\nhooks = "connect.hooks:ConnectHooks"\nplatform = "supabase"\n'
        f"[environments.{live_project.environment}]\n"
    )
    prefix = f"CONNECT_{live_project.environment.upper()}"
    settings = {f"{prefix}_DSN": live_project.verifier_dsn, f"{prefix}_EXPECTED_MESSAGES": "1"}

    def call(*words):
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=paths.ROOT,
            env=clean_environment(settings),
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def judged(known, marker, folder, *more):
    return known("pytest", "-p", "no:randomly", "-m", marker, "--live", f"--project={folder}", *more)


def change(live_project, statements):
    with psycopg.connect(live_project.dsn("supabase_admin"), autocommit=True) as connection:
        connection.execute(statements.encode())


@pytest.mark.parametrize("live_project", some_projects(states=["aligned"]), indirect=True)
def test_each_change_since_the_record_is_named(known, live_project, tmp_path):
    """Recorded, an unchanged project holds; then each change fails the run by its name, and the criteria hold on."""
    place = f"live:{live_project.environment}"
    done = known("harness", "record", place, "--project", str(tmp_path), "--into", str(tmp_path / "recorded"))
    assert done.returncode == 0, done.stderr
    assert judged(known, "schema", tmp_path).returncode == 0
    for statements in CHANGES:
        change(live_project, statements)
    done = judged(known, "schema", tmp_path)
    assert done.returncode == 1
    missing = [said for said in CHANGES.values() if said not in done.stdout]
    assert missing == [], done.stdout
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    assert [line.split("::")[1].split("[")[0] for line in failed] == ["test_nothing_changed_since_the_record"]


@pytest.mark.parametrize("live_project", some_projects(states=["aligned"]), indirect=True)
def test_debt_is_accepted_in_one_command(known, live_project, tmp_path):
    """After `accept` the security tests are green; a new finding is red, and is the only one."""
    until = str(acceptance.today() + timedelta(days=30))
    place = f"live:{live_project.environment}"
    accepted = known("harness", "accept", place, "--project", str(tmp_path), "--reason", "as it was", "--until", until)
    assert accepted.returncode == 0, accepted.stderr
    done = judged(known, "security", tmp_path)
    assert done.returncode == 0, done.stdout
    change(live_project, NEW)
    done = judged(known, "security", tmp_path)
    assert done.returncode == 1
    assert "public.forgotten" in done.stdout
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    assert len(failed) == 1
    assert "rls_disabled_in_public" in failed[0]
