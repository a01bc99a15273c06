"""The proof of a copy compares all that is the project's, whatever it is called, and nothing of the platform's."""

from contextlib import closing
from pathlib import Path

import pytest

from pgproof import catalog
from pgproof.adoption import adopting, sorting
from pgproof.adoption.sources import Source
from pgproof.hooks import Hooks
from pgproof.postgres.seed import Seed
from pgproof.project import Project
from pgproof.rehearsal.scratch_server import ScratchServer
from pgproof.scripts import script
from pgproof.supabase import PLATFORM

VERSION = 17
# Of a project whose names look like the tool's own default, and like the platform's schemas.
DUMP = """
CREATE ROLE "user" NOLOGIN;
CREATE TABLE public.users (id int);
CREATE TABLE public.chats (user_id int);
CREATE TABLE public.vault (id int);
CREATE TABLE public.cron (id int);
GRANT SELECT ON public.chats TO "user";
GRANT UPDATE ON public.chats TO supabase_auth_admin;
CREATE PUBLICATION supabase_mine FOR TABLE public.chats;
ALTER PUBLICATION supabase_realtime ADD TABLE public.chats;
CREATE POLICY files ON storage.objects FOR SELECT TO authenticated USING (true);
"""
# What a live database has beside it that is the platform's.
BESIDE = """
CREATE FUNCTION storage.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE UPDATE ON storage.objects FOR EACH ROW EXECUTE FUNCTION storage.touch();
CREATE SCHEMA vault;
CREATE TABLE vault.secrets (id int);
GRANT SELECT ON vault.secrets TO anon;
CREATE PUBLICATION supabase_realtime_messages_publication FOR TABLE vault.secrets;
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT SELECT ON TABLES TO anon;
ALTER TABLE public.cron OWNER TO supabase_admin;
"""
# What the live database alone has, and how the line begins that says so.
TOLD = {
    "ALTER TABLE public.users ADD name text": "not as there: column public.users.name: only in prod",
    "ALTER TABLE public.chats ALTER user_id SET NOT NULL": "not as there: column public.chats.user_id: NOT NULL",
    "ALTER TABLE public.vault ADD note text": "not as there: column public.vault.note: only in prod",
    "CREATE INDEX cron_id ON public.cron (id)": "not as there: index public.cron_id: only in prod",
    'GRANT INSERT ON public.chats TO "user"': "not as there: grant relation public.chats to",
    "GRANT DELETE ON public.chats TO supabase_auth_admin": "not as there: grant relation public.chats to supabase_auth",
    "ALTER PUBLICATION supabase_mine ADD TABLE public.vault": (
        "not as there: published table supabase_mine public.vault: only in prod"
    ),
    "ALTER PUBLICATION supabase_realtime DROP TABLE public.chats": (
        "not as there: published table supabase_realtime public.chats: only in the copy"
    ),
    "ALTER POLICY files ON storage.objects USING (false)": "not as there: policy storage.objects files: using differs",
}


@pytest.fixture(scope="module")
def missing(tmp_path_factory):
    """What the copy of a dump lacks of a live database that a statement changed, by the statement; "" is none."""
    project = Project(tmp_path_factory.mktemp("project"), seed=Seed((PLATFORM,)), hooks=Hooks(), platform="supabase")
    statements = script.parse(Path("prod.sql"), DUMP).statements

    def fill(connection):
        for role in ("supabase_admin", "supabase_auth_admin"):
            connection.execute(f"CREATE ROLE {role} NOLOGIN")
        connection.execute((DUMP + BESIDE).encode())

    sources = []
    with closing(ScratchServer(VERSION, seed=project.seed)) as server, server.made(server.start, fill) as live:
        for change in ("", *TOLD):
            with server.clone(live) as database, database.connect() as connection:
                connection.execute(change.encode() or b"SELECT 1")
                catalog.begin_reading(connection)
                sources.append(Source("prod", "live:prod", statements, catalog.read(connection)))
                connection.execute("ROLLBACK")
    copies = adopting.adopt(sources, project, VERSION)
    return {change: copy.missing for change, copy in zip(("", *TOLD), copies, strict=True)}


def test_a_copy_that_is_the_schema_lacks_nothing(missing):
    """What the platform has there, and the owners, are not differences."""
    assert missing[""] == ()


@pytest.mark.parametrize("change", TOLD)
def test_what_the_copy_lacks_is_named(missing, change):
    """One line names the object, whatever its name has in common with a role or with the platform's schemas."""
    assert len(missing[change]) == 1, missing[change]
    assert missing[change][0].startswith(TOLD[change])


OF_THE_VERIFIER = """
GRANT SELECT ON public.a TO verifier;
CREATE POLICY verifier_select ON public.a FOR SELECT TO verifier USING (true);
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO verifier;
"""


@pytest.mark.parametrize(("verifier", "left"), [("verifier", 0), ("user", 3), (None, 3)])
def test_only_the_verifiers_own_statements_are_left_out(verifier, left):
    """Its grants and policies are; without a verifying role nothing is."""
    found = sorting.sort(script.parse(Path("a.sql"), OF_THE_VERIFIER).statements, (), verifier)
    assert len(found.own) + len(found.late) == left


def test_what_is_for_everybody_is_kept():
    """PUBLIC is not a role, let alone the verifying one."""
    text = "GRANT SELECT ON public.a TO PUBLIC; CREATE POLICY all_rows ON public.a USING (true);"
    assert len(sorting.sort(script.parse(Path("a.sql"), text).statements, (), None).own) == 2


def test_a_policy_that_others_share_with_the_verifier_is_kept():
    """It decides what the others see."""
    text = "CREATE POLICY shared ON public.a FOR SELECT TO verifier, anon USING (true);"
    found = sorting.sort(script.parse(Path("a.sql"), text).statements, (), "verifier")
    assert len(found.own) == 1
