"""What a script may lose: only what the user allows, and it says how much."""

import pytest

from pgproof.alignment import copies, planning
from pgproof.scripts import running, script

PRICES = "CREATE TABLE public.prices (id int PRIMARY KEY, price numeric, name varchar(9), kept varchar(9));"
SHORTER = "ALTER TABLE public.prices ALTER price TYPE integer, ALTER name TYPE varchar(3), ALTER kept TYPE varchar(20);"
ROWS = "INSERT INTO public.prices VALUES (1, 2, 'ann', 'x'), (2, 2.5, 'ann', 'x'), (3, 7.25, 'bennet', 'x')"


def run(aligner, b, built, rows):
    """What the up scripts say on a copy of B with these rows, and what the first failure is."""
    said = []
    with aligner.server.clone(b.base) as database:
        database.observer().execute(rows.encode())
        with database.connect() as session:
            for file in built.alignment.ups:
                result = running.run(session, script.parse(aligner.folder / file.path, file.text))
                said += result.notices
                if result.failure:
                    return said, result.failure.message
    return said, None


@pytest.fixture(scope="module")
def shorter(aligner):
    """A, with columns that hold less or more, and B."""
    return aligner.made(PRICES + SHORTER), aligner.made(PRICES)


def test_digits_and_letters_go_where_that_is_allowed(aligner, shorter):
    """A script that was written with --allow-loss runs, says of how many rows, and names the columns as losing."""
    built = aligner.build(*shorter, allow_loss=True)
    said, failed = run(aligner, shorter[1], built, ROWS)
    assert failed is None
    assert [each for each in said if "will be gone" in each] == [
        "public.prices: a part of what name says of 1 row(s) will be gone",
        "public.prices: a part of what price says of 2 row(s) will be gone",
    ]
    losing = {name for file in built.alignment.ups for step in file.steps if step.destructive for name in step.names}
    assert losing == {"public.prices.price", "public.prices.name"}


def test_digits_and_letters_stay_unless_that_is_allowed(aligner, shorter):
    """Without it the same rows are refused, and others are taken."""
    built = aligner.build(*shorter, allow_loss=False)
    assert not any(step.destructive for file in built.alignment.ups for step in file.steps)
    _, failed = run(aligner, shorter[1], built, ROWS)
    assert "public.prices has 1 row(s) whose name would lose a part as character varying(3): id=3" in failed
    assert run(aligner, shorter[1], built, "INSERT INTO public.prices VALUES (1, 2, 'ann', 'x')")[1] is None


def test_what_loses_nothing_says_nothing(aligner, shorter):
    """Of rows that fit, a script that may lose something does not speak."""
    built = aligner.build(*shorter, allow_loss=True)
    said, failed = run(aligner, shorter[1], built, "INSERT INTO public.prices VALUES (1, 2, 'ann', 'x')")
    assert failed is None
    assert not any("will be gone" in each for each in said)


def test_statements_of_our_own_say_what_they_lose_and_lock(aligner):
    """Where the planner has no plan, a drop is known as a loss, and each statement's lock on its table is named."""
    notes = "CREATE TABLE public.notes (id int PRIMARY KEY, body text);"
    touch = "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    a = notes + touch + "CREATE INDEX by_body ON public.notes (body);"
    a += "CREATE TRIGGER touch BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.touch()"
    b = notes + touch + "ALTER TABLE public.notes ADD old int; CREATE TABLE public.gone (id int);"
    b += "CREATE INDEX by_id ON public.notes (id); CREATE POLICY mine ON public.notes USING (id = 1)"
    catalogs = []
    for copy in (aligner.made(a), aligner.made(b)):
        with aligner.server.clone(copy.base) as database:
            catalogs.append(copies.look(database))
            if len(catalogs) == 2:
                found = planning.find(database, [], tuple(catalogs))
    assert found.not_written == []
    assert {step.sql.partition(" ON ")[0]: (step.relation, step.lock, step.destructive) for step in found.steps} == {
        "ALTER TABLE public.notes DROP COLUMN old": ("public.notes", "ACCESS EXCLUSIVE", True),
        "DROP TABLE public.gone": ("public.gone", "ACCESS EXCLUSIVE", True),
        "DROP INDEX public.by_id": ("public.notes", "ACCESS EXCLUSIVE", False),
        "DROP POLICY mine": ("public.notes", "ACCESS EXCLUSIVE", False),
        "CREATE INDEX by_body": ("public.notes", "SHARE", False),
        "CREATE TRIGGER touch BEFORE UPDATE": ("public.notes", "SHARE ROW EXCLUSIVE", False),
    }
