"""What no copy has, such as the settings of roles and of a database, is named where it differs."""

import pytest

from pgproof import catalog
from pgproof.adoption import beside
from pgproof.adoption.sorting import Sorted
from pgproof.adoption.sources import Source
from pgproof.alignment import origins
from pgproof.hooks import Hooks
from pgproof.postgres.seed import EMPTY
from pgproof.project import Project

NOTES = """
DO $$ BEGIN CREATE ROLE beside_app; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TABLE public.notes (id int PRIMARY KEY); GRANT SELECT ON TABLE public.notes TO beside_app;
"""
DUMP = "CREATE TABLE public.notes (id int PRIMARY KEY); GRANT SELECT ON TABLE public.notes TO beside_app;"


@pytest.fixture
def plain_project(tmp_path):
    """A project without a platform."""
    return Project(tmp_path, seed=EMPTY, hooks=Hooks(), platform="none")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER ROLE beside_app LOGIN", "role beside_app: LOGIN only in A"),
        ("ALTER ROLE beside_app SET work_mem = '8MB'", "role beside_app: settings"),
        ("ALTER ROLE beside_app IN DATABASE {} SET work_mem = '8MB'", "database compared: settings"),
        ("ALTER DATABASE {} SET work_mem = '8MB'", "database compared: settings"),
        (
            "ALTER TABLE public.notes OWNER TO beside_app",
            "table public.notes: owner differs: beside_app in A, postgres in B",
        ),
        ("CREATE TABLE public.more (id int)", ""),
        ("ALTER TABLE public.notes ADD body text", ""),
        ("ALTER ROLE beside_app VALID UNTIL 'infinity'", "role beside_app: valid until"),
    ],
)
def test_what_differs_in_live_databases_and_not_on_their_copies_is_named(aligner, plain_project, change, said):
    """By the words of diff; what the copies have, too, is not."""
    made = aligner.made(NOTES)
    with aligner.server.clone(made.base) as database, database.connect() as session:
        # Of the whole server, so that it is taken back.
        session.execute("BEGIN; SET LOCAL search_path = pg_catalog")
        b = catalog.read(session)
        session.execute(change.format(session.info.dbname).encode())
        a = catalog.read(session)
        session.execute("ROLLBACK")
    sides = [beside.of(Source("x", "live:x", (), each), Sorted(), plain_project, ()) for each in (a, b)]
    lines = [text for _, text in beside.differing(*sides, set())]
    assert [line.startswith(said) for line in lines] == ([True] if said else []), lines
    assert beside.not_compared(*sides) == ""


SETTING = "ALTER ROLE beside_app SET pgrst.db_schemas TO 'public, app';"
ROLE = "CREATE ROLE beside_app; ALTER ROLE beside_app WITH NOSUPERUSER INHERIT {} PASSWORD 'SCRAM-SHA-256$x';"


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (SETTING, "", "setting pgrst.db_schemas of role beside_app: only in A"),
        (SETTING, SETTING.replace("app'", "api'"), "setting pgrst.db_schemas of role beside_app differs"),
        (SETTING, SETTING, ""),
        (
            "ALTER DATABASE prod SET a.b TO 'x';",
            "ALTER DATABASE staging SET a.b TO 'y';",
            "setting a.b of the database",
        ),
        ("ALTER DATABASE prod SET a.b TO 'x';", "ALTER DATABASE staging SET a.b TO 'x';", ""),
        ("", "SECURITY LABEL FOR dummy ON TABLE public.notes IS 'x';", "security label on public.notes by dummy: only"),
        ("CREATE EXTENSION nowhere_to_be_had;", "", "extension nowhere_to_be_had: only in A"),
        ("CREATE EXTENSION nowhere_to_be_had;", "CREATE EXTENSION nowhere_to_be_had;", ""),
        (ROLE.format("LOGIN"), ROLE.format("NOLOGIN"), "role beside_app: INHERIT LOGIN in A, INHERIT in B"),
        (ROLE.format("LOGIN"), "CREATE USER beside_app;", ""),
        (ROLE.format("LOGIN"), "", ""),
        ("CREATE ROLE beside_other LOGIN;", "CREATE ROLE beside_app;", "role beside_app: only in B"),
    ],
)
def test_what_two_dumps_say_otherwise_is_named(aligner, plain_project, tmp_path, a, b, said):
    """Without a value, which may be a secret; a dump that says nothing of roles differs from none in them."""
    sides = []
    for name, text in (("a", a), ("b", b)):
        path = tmp_path / f"{name}.sql"
        path.write_text(text + DUMP)
        sides.append(aligner.copied(origins.read(str(path), name.upper(), plain_project, 17), plain_project))
    alignment = aligner.build(*sides).alignment
    assert alignment.ups == ()
    assert [line.startswith(said) for line in alignment.not_written] == ([True] if said else []), alignment.not_written
    assert any(line.startswith("not compared, since only live databases show it") for line in alignment.notes)


def test_two_live_databases_that_differ_in_a_setting_are_not_proven(aligner, plain_project):
    """They are read as they are, and the setting is in what was not written."""
    made = aligner.made("CREATE TABLE public.notes (id int PRIMARY KEY)")
    with aligner.server.clone(made.base) as one, aligner.server.clone(made.base) as two:
        one.observer().execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$"
        )
        sides = [
            aligner.copied(origins.read(each.conninfo, name, plain_project, 17), plain_project)
            for name, each in (("A", one), ("B", two))
        ]
    (line,) = aligner.build(*sides).alignment.not_written
    assert line.startswith("database compared: settings")
    assert line.endswith("no copy has that, so no script is written for it")
