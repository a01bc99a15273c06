"""What a script does to the rows that meet its condition is not known where the baseline has no rows of the table."""

import pytest

from pgproof import rehearsal

TABLES = """
CREATE TABLE public.letters (id int PRIMARY KEY, box text, body text);
CREATE SCHEMA shop;
CREATE TABLE shop.trips (id int, day date NOT NULL, place text) PARTITION BY RANGE (day);
CREATE TABLE shop.trips_25 PARTITION OF shop.trips FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
"""
ROWS = "INSERT INTO public.letters VALUES (1, 'in', 'one'); INSERT INTO shop.trips VALUES (1, '2025-03-01', 'sea');"
KEPT = "CREATE TABLE {0} (id int PRIMARY KEY, box text, body text);"
# The script, and the words that have to be there; each is part of one chain.
UNMET = (
    (
        KEPT.format("public.kept0") + "DELETE FROM public.letters WHERE box = 'archived';",
        "deletes the rows that meet its condition, and there is none here; the baseline brings no rows of"
        " public.letters, so it is not known how many of yours it concerns: look before: SELECT count(*) FROM"
        " public.letters WHERE box = 'archived'",
    ),
    ("UPDATE letters l SET body = upper(body) WHERE l.box = 'archived'", "FROM letters AS l WHERE l.box = 'archived'"),
    ("DO $$ BEGIN IF true THEN DELETE FROM public.letters WHERE box = 'old'; END IF; END $$", "look for such rows"),
    (
        KEPT.format("public.kept3") + "WITH gone AS (DELETE FROM public.letters WHERE box = 'old' RETURNING *)"
        " INSERT INTO public.kept3 SELECT * FROM gone",
        "SELECT count(*) FROM public.letters WHERE box = 'old'",
    ),
    (
        "CREATE FUNCTION public.tidy4() RETURNS void LANGUAGE sql AS $$ DELETE FROM public.letters WHERE box = 'x' $$;"
        "SELECT public.tidy4();",
        "deletes the rows that meet its condition",
    ),
    (
        "CREATE PROCEDURE public.tidy5(b text) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM letters WHERE box = b; END $$;"
        "CALL public.tidy5('old');",
        "look for such rows before",
    ),
    (
        "DELETE FROM shop.trips t USING public.letters l WHERE l.box = t.place AND day < '2000-01-01'",
        "FROM shop.trips AS t, public.letters AS l",
    ),
    ("INSERT INTO public.kept0 SELECT * FROM public.letters WHERE box = 'archived'", "inserts what it reads there"),
    (
        "MERGE INTO public.letters l USING public.kept0 k ON k.id = l.id WHEN MATCHED THEN DELETE",
        "merges the rows that meet its condition",
    ),
)
# They look like the ones above: each meets the rows that were made, or takes nothing from what was there.
MET = (
    "ALTER TABLE public.letters ADD COLUMN seen boolean;UPDATE public.letters SET seen = false WHERE box = 'archived';",
    "CREATE TABLE public.tags (name text PRIMARY KEY); DELETE FROM public.tags WHERE name = 'old';",
    "CREATE FUNCTION public.tidy() RETURNS void LANGUAGE sql AS $$ DELETE FROM public.letters WHERE box = 'old' $$;",
    "CREATE FUNCTION public.later() RETURNS void LANGUAGE sql AS $$ DELETE FROM public.letters WHERE box = 'old' $$;"
    "CREATE TABLE public.jobs (job text PRIMARY KEY); INSERT INTO public.jobs VALUES ('SELECT public.later()');",
)


@pytest.fixture
def rehearse_rows(scratch_server, tmp_path):
    """Rehearses a chain of texts on the tables, as far as their rows are concerned, and returns the result."""

    def judge(texts, brought="", **more):
        baseline = tmp_path / "baseline.sql"
        baseline.write_text(TABLES + brought)
        ups = [tmp_path / f"up{place}.sql" for place in range(len(texts))]
        for path, text in zip(ups, texts, strict=True):
            path.write_text(text)
        only = frozenset({"changes something", "preserves data"})
        asked = rehearsal.Config([baseline], ups, [], supabase=False, sizes=(), one_way=True, only=only, **more)
        return rehearsal.rehearse(asked, scratch_server)

    return judge


def test_what_no_made_row_meets_is_not_decided(rehearse_rows):
    """Neither is nothing lost, nor is it the script's fault: each statement is named, with the query that counts."""
    result = rehearse_rows([text for text, _ in UNMET])
    assert (result.exit_code, result.findings) == (2, []), result
    for place, (_, words) in enumerate(UNMET):
        (line,) = [each for each in result.undecided if f"up{place}.sql:1 " in each]
        assert words in line
    assert len(result.undecided) == len(UNMET)


def test_what_takes_nothing_from_rows_that_were_there_is_decided(rehearse_rows):
    """A new column, a new table and a function for later concern no row of a live database."""
    result = rehearse_rows(MET)
    assert (result.exit_code, result.findings, result.undecided) == (0, [], []), result


def test_rows_of_the_baseline_decide(rehearse_rows):
    """Whoever brings rows has chosen them: a condition that none of them meets is one with a typo in it."""
    texts = [text for text, _ in UNMET]
    result = rehearse_rows(texts, ROWS)
    nothing = [place for place, text in enumerate(texts) if "CREATE" not in text]
    assert result.undecided == []
    assert [(each.name, each.file[-7:]) for each in result.findings] == [
        ("changes-nothing", f"up{place}.sql") for place in nothing
    ]


def test_rows_that_were_made_and_meet_the_condition_are_a_finding(rehearse_rows):
    """What is lost of made rows is lost of others, and nothing is left open."""
    result = rehearse_rows(["DELETE FROM public.letters WHERE box <> 'archived'"])
    assert ({each.name for each in result.findings}, result.undecided) == ({"changes-data"}, [])


def test_tables_that_are_to_be_empty_are(rehearse_rows):
    """With --no-rows nothing is left open: whoever says it knows that there are none."""
    result = rehearse_rows([UNMET[0][0]], rows=False)
    assert (result.exit_code, result.undecided) == (0, []), result
