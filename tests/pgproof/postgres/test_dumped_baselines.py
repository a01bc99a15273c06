"""The baseline of a replica may be what pg_dump wrote; whatever a script sets is gone with it."""

import psycopg
import pytest

from pgproof.adoption.baselines import LACKING
from pgproof.environments import Environment
from pgproof.postgres.seed import Seed
from pgproof.scripts import migration
from pgproof.supabase import PLATFORM

DUMP = r"""
\restrict q7W2
SET statement_timeout = 0;
SET a_timeout_of_the_next_version = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE SCHEMA public;
CREATE EXTENSION IF NOT EXISTS pg_graphql WITH SCHEMA graphql;
COMMENT ON EXTENSION pg_graphql IS 'not on this server';
CREATE TABLE public.dumped_notes (id int PRIMARY KEY, body text);
COPY public.dumped_notes (id, body) FROM stdin;
1	it's; -- fine
\.
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON TABLES TO anon;
\unrestrict q7W2
"""
# With the mark that some editors put before a text.
LATER = "\ufeffALTER TABLE dumped_notes ADD COLUMN note text"
ALONE = "CREATE INDEX CONCURRENTLY ON dumped_notes (body); ALTER DATABASE postgres SET timezone TO 'Asia/Tokyo'"
TOGETHER = "LOCK TABLE dumped_notes; SET LOCAL a.b = '1'; SELECT current_setting('a.b')::int"


@pytest.fixture
def dumped(tmp_path):
    """An environment with these texts as its baseline and its migrations."""

    def made(baseline, *migrations):
        paths = [tmp_path / f"{number}.sql" for number in range(len(migrations) + 1)]
        for path, text in zip(paths, (baseline, *migrations), strict=True):
            path.write_text(text, encoding="utf-8")
        return Environment("dumped", "Dumped", "DUMPED", (paths[0],), tuple(paths[1:]))

    return made


def test_a_dump_is_a_baseline_and_its_settings_end_with_it(templates, dumped):
    """It has its rows, the migrations find its tables without a schema, and each runs as its tool would run it."""
    environment = dumped(DUMP, LATER, ALONE, TOGETHER)
    with templates.clone(environment, "aligned") as conninfo, psycopg.connect(conninfo) as connection:
        assert connection.execute("SELECT * FROM dumped_notes").fetchall() == [(1, "it's; -- fine", None)]
        assert connection.execute("SELECT count(*) FROM pg_indexes WHERE tablename = 'dumped_notes'").fetchone() == (2,)
    assert "dumped" not in templates.unfit


def test_what_a_dump_could_not_make_leaves_the_run_open(templates, dumped):
    """The owner of a table is another one than in the database that was dumped."""
    environment = dumped(DUMP + "ALTER TABLE public.dumped_notes OWNER TO supabase_admin;")
    templates.ensure(environment, "baseline")
    (line,) = templates.unfit.pop("dumped")
    assert line.startswith(f"{LACKING}ALTER TABLE public.dumped_notes OWNER TO supabase_admin: ")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ((DUMP + "CREATE TABLE public.dumped_notes (id int);",), ':15 does not run: relation "dumped_notes" already'),
        ((DUMP + "\\i other.sql",), r"0.sql:15 does not run: psql meta-command \i"),
        (
            (DUMP, "CREATE SCHEMA public; SELECT pg_catalog.set_config('search_path', '', false)"),
            "1.sql:1 does not run",
        ),
        ((DUMP, "SELECT 1;\nSELECT nothing"), '1.sql:2 does not run: column "nothing" does not exist'),
    ],
)
def test_what_does_not_run_is_named(templates, dumped, texts, words):
    """Nothing of the project's own is passed over, and nothing at all in a migration."""
    with pytest.raises(migration.ScriptError) as raised:
        templates.ensure(dumped(*texts), "aligned")
    assert words in str(raised.value)


def test_what_all_environments_share_may_be_a_dump(scratch_server, tmp_path):
    """It runs in the one transaction in which the platform is made; what it could not make is named at once."""
    dump = tmp_path / "shared.sql"
    dump.write_text(DUMP)
    with scratch_server.clone(scratch_server.start) as database, psycopg.connect(database.conninfo) as connection:
        Seed((PLATFORM, dump)).fill(connection)
        assert connection.execute("SELECT * FROM dumped_notes").fetchall() == [(1, "it's; -- fine")]
    dump.write_text(DUMP + "ALTER TABLE public.dumped_notes OWNER TO supabase_admin;")
    with (
        scratch_server.clone(scratch_server.start) as database,
        psycopg.connect(database.conninfo) as connection,
        pytest.raises(migration.ScriptError, match="name the file as the baseline of each environment"),
    ):
        Seed((PLATFORM, dump)).fill(connection)
