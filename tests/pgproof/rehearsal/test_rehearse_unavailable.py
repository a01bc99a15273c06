"""What this server lacks, and what could not be looked at, decides nothing, and is told where it matters."""

from pathlib import Path

import pytest

from pgproof.rehearsal import unavailable
from pgproof.rehearsal.findings import Finding, Result
from pgproof.scripts import script

UP = script.parse(Path("up.sql"), "ALTER TABLE public.letters ADD COLUMN IF NOT EXISTS stamp text;")


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ('extension "pg_cron" is not available', "this PostgreSQL has no extension pg_cron"),
        (
            'could not open extension control file "/usr/share/postgresql/17/extension/vector.control": No such file',
            "this PostgreSQL has no extension vector",
        ),
        ("pg_cron can only be loaded via shared_preload_libraries", "this PostgreSQL does not load pg_cron"),
        ('could not access file "$libdir/postgis-3": No such file or directory', "has no library $libdir/postgis-3"),
        ('database "app" does not exist', "no database is called app here"),
        ('tablespace "fast" does not exist', "has no tablespace fast"),
        ('collation "de_DE" for encoding "UTF8" does not exist', "no locale de_DE"),
        ('role "app" does not exist (in the baseline)', "the baseline needs a role app"),
        ("canceling statement due to statement timeout", "says nothing about the script"),
    ],
)
def test_what_this_server_lacks_is_no_finding(tmp_path, what, told):
    """It is undecided, in a sentence that names what is missing and what to do; what follows from it goes, too."""
    up = tmp_path / "up.sql"
    up.write_text("SELECT 1;")
    result = Result(
        findings=[Finding("fails", what, str(up), 3), Finding("fails-half-way", "it leaves: x", str(up), 3)]
    )
    unavailable.set_aside(result)
    assert (result.findings, result.exit_code) == ([], 2)
    assert told in result.undecided[0]


@pytest.mark.parametrize(
    "what", ['role "app" does not exist', 'relation "extension" does not exist', 'column "tablespace" does not exist']
)
def test_what_a_script_gets_wrong_stays_a_finding(what):
    """A name that the script itself should know is its own affair."""
    result = Result(findings=[Finding("fails", what, "up.sql", 3)])
    unavailable.set_aside(result)
    assert (len(result.findings), result.exit_code) == (1, 1)


def test_a_time_limit_that_the_script_set_is_its_own(tmp_path):
    """Only the limit that the rehearsal sets says nothing about the script."""
    up = tmp_path / "up.sql"
    up.write_text("SET statement_timeout = '1s'; SELECT pg_sleep(2);")
    result = Result(findings=[Finding("fails", "canceling statement due to statement timeout", str(up), 1)])
    unavailable.set_aside(result)
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("not copied from prod: CREATE TABLE public.letters (id int): type x does not exist", 2),
        ("not as in prod: column public.letters.body: type differs: text in prod, citext in the copy", 2),
        ("not as in prod: grant relation public.letters to app: only in prod", 0),
        ("not as in prod: column public.parcels.body: type differs: text in prod, citext in the copy", 0),
        ("not copied from prod: CREATE EXTENSION IF NOT EXISTS pg_graphql: it is not available", 0),
        ("not fingerprinted, so it is not known whether its rows survive: public.letters (foreign table)", 2),
        ("not fingerprinted, so it is not known whether its rows survive: public.letters (not populated)", 0),
    ],
)
def test_what_was_not_copied_counts_where_the_scripts_are_about_it(note, code):
    """Elsewhere it stays a note: an ordinary project has something that no copy has."""
    result = Result(notes=[note])
    unavailable.move_what_concerns(result, [UP])
    assert result.exit_code == code
    assert bool(result.notes) == (code == 0)
