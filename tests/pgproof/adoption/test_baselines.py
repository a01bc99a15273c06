"""What of a baseline's statements may fail on a hosted project's platform, and what may not."""

from pathlib import Path

import pytest

from pgproof.adoption import baselines
from pgproof.scripts import script

BEFORE = """
CREATE TABLE public.letters (id int PRIMARY KEY);
CREATE SCHEMA mine;
CREATE TABLE mine.vault (id int);
"""
FAILS = {
    "CREATE TABLE public.letters (id int)": "already exists",
    "CREATE SCHEMA mine": "already exists",
    "CREATE TABLE mine.vault (id int)": "already exists",
    "ALTER TABLE vault ADD COLUMN note text": "does not exist",
    "SET work_mem = 'much'": "invalid value",
    "COMMENT ON COLUMN public.letters.body IS 'of nothing'": "does not exist",
    "CREATE VIEW public.people AS SELECT nothing FROM auth.users": "does not exist",
    "CREATE TRIGGER greets AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet()": "does not exist",
    "CREATE POLICY stamps ON storage.objects USING (public.is_stamp(name))": "does not exist",
    "ALTER PUBLICATION supabase_realtime ADD TABLE public.parcels": "does not exist",
    "INSERT INTO auth.users (id) VALUES ('not a uuid')": "invalid input syntax",
    "SELECT pg_catalog.setval('public.letters_id_seq', 1)": "does not exist",
    "BEGIN; CREATE SCHEMA public; COMMIT": "already exists",
}


def built(database, text, there):
    """What comes of a text in a session of its own."""
    with database.connect() as session:
        return baselines.run(session, script.parse(Path("schema.sql"), text, dump=True), there)


@pytest.fixture
def letters_project(supabase_server):
    """A database of a hosted project with a table, and what belongs to its platform."""
    with supabase_server.clone(supabase_server.start) as database:
        there = baselines.platform(database.observer())
        assert built(database, BEFORE, there).failure is None
        yield database, there


def test_what_is_the_projects_own_has_to_run(letters_project):
    """Also where it names what is the platform's, and also where the platform has a schema of the table's name."""
    database, there = letters_project
    found = {text: built(database, text, there) for text in FAILS}
    assert {text: each.failure for text, each in found.items() if each.failure is None} == {}
    assert {text: each.failure.message for text, each in found.items() if FAILS[text] not in each.failure.message} == {}
    assert {text for text, each in found.items() if each.passed} == set()


def test_a_table_of_another_owner_is_told(letters_project):
    """A migration may do with it here what its true owner alone may do there."""
    database, there = letters_project
    passed = built(database, "ALTER TABLE public.letters OWNER TO supabase_admin", there).passed
    (note,) = baselines.notes(database.observer(), passed)
    assert note.startswith(f"{baselines.LACKING}ALTER TABLE public.letters OWNER TO supabase_admin: must be able to")


def test_without_a_platform_nothing_but_the_schema_public_is_passed_over(scratch_server):
    """And what the server is too old to know."""
    with scratch_server.clone(scratch_server.start) as database:
        there = baselines.platform(database.observer())
        found = built(database, "CREATE SCHEMA public; SET a_later_timeout = 0; CREATE SCHEMA auth", there)
        assert (len(found.passed), found.failure) == (2, None)
        assert "already exists" in built(database, "CREATE SCHEMA auth", there).failure.message
