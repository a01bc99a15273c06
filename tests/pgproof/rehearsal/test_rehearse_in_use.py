"""Use between the scripts of a chain: after each pair, and between one up script and the next."""

from pathlib import Path

import pytest

from pgproof.rehearsal import using
from pgproof.rehearsal.checks import Rehearsal
from pgproof.rehearsal.findings import Result
from pgproof.scripts import script

CASES = Path(__file__).with_name("cases")


@pytest.fixture
def in_use(scratch_server):
    """Rehearses the way back of pairs of texts, up and down, on one table; returns the findings and the result."""

    def rehearse(*pairs, paired=True):
        def fill(connection):
            connection.execute(
                "CREATE TABLE public.boats"
                " (id int PRIMARY KEY, name text NOT NULL UNIQUE, crew int NOT NULL DEFAULT 2);"
                "INSERT INTO public.boats VALUES (1, 'Arethusa', 3), (2, 'Bounty', 40)"
            )

        ups, downs = (
            [
                script.parse(Path(f"{number}_{kind}.sql"), pair[place])
                for number, pair in enumerate(pairs, 1)
                if pair[place]
            ]
            for place, kind in enumerate(("up", "down"))
        )
        with scratch_server.made(scratch_server.start, fill) as base:
            result = Result()
            asked = Rehearsal(
                scratch_server,
                base,
                tuple(ups),
                tuple(downs if paired else reversed(downs)),
                pairs=tuple(zip(ups, downs, strict=True)) if paired else (),
            )
            return list(using.way_back(asked, result)), result

    return rehearse


NEW_TABLE = (
    "CREATE TABLE public.sails (id int PRIMARY KEY, boat int NOT NULL REFERENCES public.boats)",
    "DROP TABLE public.sails",
)
NAMELESS = (
    "ALTER TABLE public.boats ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL",
)


def test_each_pair_of_a_chain_is_used_and_taken_back(in_use):
    """The second pair has no way back once it was used, and the others have one."""
    found, result = in_use(NEW_TABLE, NAMELESS, ("CREATE INDEX i ON public.boats (crew)", "DROP INDEX public.i"))
    assert [(each.name, each.file) for each in found] == [("no-way-back-after-use", "2_down.sql")]
    assert "once name of a row of public.boats is NULL" in found[0].what
    assert result.notes == []


def test_the_way_back_of_all_at_once_is_used_too(in_use):
    """Where one way back undoes everything, rows are added after each script up."""
    found, _ = in_use(NEW_TABLE, NAMELESS, paired=False)
    assert [each.file for each in found] == ["2_down.sql"]


def test_a_script_that_fails_on_rows_of_the_one_before_is_told(in_use):
    """It is a note: if both are applied at once, nobody adds rows in between."""
    found, result = in_use(
        NEW_TABLE,
        ("ALTER TABLE public.sails ADD COLUMN area int NOT NULL", "ALTER TABLE public.sails DROP COLUMN area"),
    )
    assert found == []
    assert len(result.notes) == 1
    assert result.notes[0].startswith("2_up.sql:1 fails once the scripts before it are in use: ")


def test_what_a_trigger_counts_is_no_loss(in_use):
    """A row that changed because others were added after it is compared as it was before the way back."""
    found, _ = in_use(
        (
            "CREATE TABLE public.aboard (one int PRIMARY KEY, boats int NOT NULL);"
            "CREATE FUNCTION public.total() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN UPDATE public.aboard SET boats = boats + 1; RETURN NULL; END $$;"
            "CREATE TRIGGER total AFTER INSERT ON public.boats FOR EACH ROW EXECUTE FUNCTION public.total()",
            "DROP TRIGGER total ON public.boats; DROP FUNCTION public.total(); DROP TABLE public.aboard",
        ),
        (
            "COMMENT ON TABLE public.boats IS 'counted'; ALTER TABLE public.aboard ADD COLUMN crew int",
            "ALTER TABLE public.aboard DROP COLUMN crew;COMMENT ON TABLE public.boats IS NULL",
        ),
    )
    assert found == []


def test_a_renamed_column_keeps_its_rows(in_use):
    """What has another name in between is the same column, and is compared as such."""
    found, _ = in_use(
        (
            "ALTER TABLE public.boats RENAME COLUMN crew TO sailors; ALTER TABLE public.boats RENAME TO ships",
            "ALTER TABLE public.ships RENAME TO boats; ALTER TABLE public.boats RENAME COLUMN sailors TO crew",
        )
    )
    assert found == []


def test_values_that_a_way_back_changes_are_lost(in_use):
    """A way back that sets all rows to one value loses what people wrote."""
    found, _ = in_use(
        (
            "ALTER TABLE public.boats ALTER COLUMN crew SET DEFAULT 3",
            "UPDATE public.boats SET crew = 2 WHERE id > 100; ALTER TABLE public.boats ALTER COLUMN crew SET DEFAULT 2",
        )
    )
    assert [each.what for each in found] == ["public.boats: rows that were added in between have another crew"]


def test_a_way_back_that_fills_what_it_makes_required_again_is_one(in_use):
    """Rows that make use of a freedom may be changed: the old schema has no place for them as they are."""
    assert not in_use(
        (
            NAMELESS[0],
            "UPDATE public.boats SET name = 'boat ' || id WHERE name IS NULL;"
            "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL",
        )
    )[0]
