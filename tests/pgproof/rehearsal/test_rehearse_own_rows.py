"""What depends on rows that only a live database has is not green because the rows made for an empty table are tame."""

import pytest

from pgproof import rehearsal

TABLES = """
CREATE TABLE public.boats (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hull text UNIQUE, mail text, title text,
  label varchar(20), at timestamptz DEFAULT now(), price numeric, berth int);
CREATE TABLE public.trips (boat bigint REFERENCES public.boats, day date, place text, PRIMARY KEY (boat, day));
"""
# Each is a script of one chain, with the words that have to be said of it.
DEPENDING = {
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS boats_mail ON public.boats (mail)": "SELECT mail, count(*) FROM"
    " public.boats GROUP BY mail HAVING count(*) > 1",
    "CREATE UNIQUE INDEX trips_place ON public.trips (lower(place))": "SELECT lower(place), count(*) FROM public.trips"
    " GROUP BY lower(place) HAVING count(*) > 1",
    "ALTER TABLE public.boats ADD CONSTRAINT short CHECK (char_length(title) <= 50) NOT VALID;"
    "ALTER TABLE public.boats VALIDATE CONSTRAINT short": "is violated by some row",
    "ALTER TABLE public.boats ADD CONSTRAINT timed CHECK (at IS NOT NULL) NOT VALID;"
    "ALTER TABLE public.boats VALIDATE CONSTRAINT timed": "is violated by some row",
}
# A new column that is filled from others is like them: NULL or twice in some rows, and in no made one that is usual.
FILLED = (
    "ALTER TABLE public.boats ADD slug text; UPDATE public.boats SET slug = lower(mail);"
    "CREATE UNIQUE INDEX boats_slug ON public.boats (slug)",
    "ALTER TABLE public.boats ADD day date; UPDATE public.boats SET day = at::date;"
    "ALTER TABLE public.boats ALTER day SET NOT NULL",
)
# Any row fails like that.
FAILING = "ALTER TABLE public.boats ADD port text NOT NULL"
LOSING = (
    "ALTER TABLE public.boats ALTER COLUMN price TYPE integer USING round(price)",
    "ALTER TABLE public.trips ALTER COLUMN place TYPE text USING left(place, 50)",
)
# They look like the ones above, and no row that the tables can hold is in the way.
FINE = (
    "CREATE UNIQUE INDEX boats_hull ON public.boats (hull, mail);"
    "CREATE UNIQUE INDEX trips_all ON public.trips (day, boat, place);"
    "ALTER TABLE public.boats ADD CONSTRAINT fits CHECK (char_length(label) <= 20),"
    " ALTER COLUMN label TYPE varchar(40), ALTER COLUMN berth TYPE bigint",
)


@pytest.fixture
def rehearse_boats(scratch_server, tmp_path):
    """Rehearses a chain of texts on empty tables, as far as their rows are concerned, and returns the result."""

    def judge(texts):
        baseline = tmp_path / "baseline.sql"
        baseline.write_text(TABLES)
        ups = [tmp_path / f"up{place}.sql" for place in range(len(texts))]
        for path, text in zip(ups, texts, strict=True):
            path.write_text(text)
        only = frozenset({"preserves data"})
        asked = rehearsal.Config([baseline], ups, [], supabase=False, sizes=(), one_way=True, only=only)
        return rehearsal.rehearse(asked, scratch_server)

    return judge


def test_what_depends_on_rows_is_not_decided(rehearse_boats):
    """Rows alike, long ones, and NULL in spite of a default: each script is named, with a query where there is one."""
    result = rehearse_boats(list(DEPENDING))
    said = [each for each in result.findings if each.name != "outside-transaction"]
    assert (said, len(result.undecided)) == ([], len(DEPENDING)), result
    for place, words in enumerate(DEPENDING.values()):
        assert any(f"up{place}.sql:1 fails on rows that" in each and words in each for each in result.undecided), result


def test_a_new_column_that_is_filled_depends_on_the_rows(rehearse_boats):
    """What only unusual rows break is not decided, though the column is new; what any row breaks is a finding."""
    result = rehearse_boats(FILLED)
    assert (result.findings, [each.partition(" fails on rows")[0][-9:] for each in result.undecided]) == (
        [],
        ["up0.sql:1", "up1.sql:1"],
    ), result
    assert [each.name for each in rehearse_boats([FAILING]).findings] == ["fails"]


def test_what_cuts_values_changes_data(rehearse_boats):
    """A fraction that is rounded and a text that is cut are rows that were changed."""
    result = rehearse_boats(LOSING)
    assert [each.name for each in result.findings] == ["changes-data", "changes-data"]
    assert ["price" in result.findings[0].what, "place" in result.findings[1].what] == [True, True]


def test_what_fits_any_row_is_green(rehearse_boats):
    """Unique by what is unique already, a check that the type implies, and wider types."""
    result = rehearse_boats(FINE)
    assert (result.exit_code, result.findings, result.undecided) == (0, [], []), result
