"""What a copy does not show as it is in its original is neither overwritten nor dropped, and is named."""

import pytest

from pgproof import project as projects
from pgproof.alignment import origins
from pgproof.hooks import Hooks
from pgproof.postgres.seed import EMPTY
from pgproof.project import Project

# Recognised as a secret, and none.
TOKEN = "sk_live_0123456789abcdefABCDEF"
# With this line pg_dump begins.
DUMPED = "SELECT pg_catalog.set_config('search_path', '', false);"
GRANT = "GRANT SELECT ON TABLE public.orders TO PUBLIC;"
ORDERS = f"CREATE TABLE public.orders (id int PRIMARY KEY, place int, note text); {GRANT}"
BY_NOTE = "CREATE INDEX by_note ON public.orders USING btree (note);"
# A type of an extension that is not to be had here.
PLACES = "CREATE TABLE public.places (id int PRIMARY KEY{});"
ON_PLACES = """
ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_place FOREIGN KEY (place) REFERENCES public.places(id);
CREATE VIEW public.all_places AS SELECT id FROM public.places;
CREATE INDEX places_id ON public.places USING btree (id);
CREATE FUNCTION public.here(p public.places) RETURNS int LANGUAGE sql AS 'SELECT 1';
"""


def notify(*lines):
    """The statement that makes a function with these lines in it."""
    body = "\n  ".join((*lines, "RETURN NULL;"))
    return f"CREATE FUNCTION public.notify(room int) RETURNS int LANGUAGE plpgsql AS $f$ BEGIN\n  {body}\nEND $f$;"


@pytest.fixture
def from_dumps(aligner, tmp_path):
    """The alignment of two dumps, and B's copy."""
    project = Project(tmp_path, seed=EMPTY, hooks=Hooks(), platform="none")

    def align(*texts, **how):
        sides = []
        for name, text in zip("ab", texts, strict=True):
            path = tmp_path / f"{name}.sql"
            path.write_text(text)
            sides.append(aligner.copied(origins.read(str(path), name.upper(), project, 17), project))
        built = aligner.build(*sides, **how)
        assert aligner.problems(sides[1], built) == []
        return built.alignment

    return align


def written(alignment):
    """Every statement of the scripts, there and back."""
    return [step.sql for file in (*alignment.ups, *alignment.downs) for step in file.steps]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (notify(f"PERFORM '{TOKEN}';", "PERFORM 2;"), notify(f"PERFORM '{TOKEN}';", "PERFORM 1;")),
        (notify("PERFORM 2;"), notify(f"PERFORM '{TOKEN}';")),
        (notify(f"PERFORM '{TOKEN}';"), notify("PERFORM 2;")),
        (notify(f"PERFORM '{TOKEN}';"), ""),
        ("", notify(f"PERFORM '{TOKEN}';")),
    ],
    ids=["in both", "only in B", "only in A", "of a function that B lacks", "of a function that A lacks"],
)
def test_no_script_puts_stars_in_the_place_of_a_secret(from_dumps, a, b):
    """Nothing is written on the function, which is named; what else differs is written."""
    alignment = from_dumps(ORDERS + a + BY_NOTE, ORDERS + b)
    assert [step.kind for file in alignment.ups for step in file.steps] == ["index"]
    assert not any("***" in sql or "notify" in sql for sql in written(alignment))
    (line,) = [each for each in alignment.not_written if each.startswith("function public.notify(room integer)")]
    assert "it holds a secret" in line


def test_stars_that_are_no_secret_are_written(from_dumps):
    """A row of stars in a comment, or a text that hides part of an address, makes no function one with a secret."""
    lines = "/*** sends ***/", "PERFORM '***' || '@';", "-- *** end ***"
    alignment = from_dumps(ORDERS + notify(*lines, "PERFORM 2;"), ORDERS + notify(*lines, "PERFORM 1;"))
    assert alignment.not_written == ()
    assert [sql.count("***") for sql in written(alignment)] == [5, 5]


def test_of_two_columns_only_the_one_with_a_secret_is_left_alone(from_dumps):
    """A secret in a table's statement does not keep the rest of the table from being aligned."""
    table = "CREATE TABLE public.hooks (id int PRIMARY KEY, key text DEFAULT '{}'{}); " + GRANT.replace(
        "orders", "hooks"
    )
    alignment = from_dumps(table.format(TOKEN, ", size int"), table.format("none", ""))
    assert [name for file in alignment.ups for step in file.steps for name in step.names[:1]] == ["public.hooks.size"]
    assert [each.partition(":")[0] for each in alignment.not_written[:1]] == ["column public.hooks.key"]


@pytest.mark.parametrize("told", [True, False])
def test_an_adopted_file_has_its_stars_since_it_was_adopted(from_dumps, told):
    """They stand for a secret, as when they were put there; in a file that is not marked as a copy they are stars."""
    head = f"-- The schema of a database, {projects.ADOPTED if told else 'as it is'}\n"
    one, other = (head + ORDERS + notify("PERFORM '***';", each) for each in ("PERFORM 2;", "PERFORM 1;"))
    alignment = from_dumps(one, other)
    assert bool(written(alignment)) != told
    assert any("a secret in CREATE FUNCTION public.notify(room int)" in each for each in alignment.not_written) == told


def test_an_adopted_folder_says_what_it_lacks(aligner, tmp_path):
    """What adopt could not copy is lacking in the folder, too; its own list tells which stars are a secret's."""
    (tmp_path / "prod.sql").write_text(f"-- {projects.ADOPTED}\n" + ORDERS + notify("PERFORM '***';"))
    (tmp_path / projects.FILE).write_text(
        'platform = "none"\n[environments.prod]\nbaseline = ["prod.sql"]\n'
        'not_copied = ["CREATE TABLE public.places (id int): type geography does not exist"]\n'
    )
    project = projects.read(tmp_path)
    copy = aligner.copied(origins.read(str(tmp_path), "A", project, 17), project)
    assert copy.missing == project.environments["prod"].not_copied
    other = aligner.made(ORDERS + notify("PERFORM '***';") + "CREATE TABLE public.places (id int)")
    alignment = aligner.build(copy, other).alignment
    assert written(alignment) == []
    (line,) = [each for each in alignment.not_written if each.startswith("table public.places")]
    assert "the copy of A, which lacks more than is known by name" in line


@pytest.mark.parametrize("allow_loss", [True, False])
def test_what_a_copy_lacks_is_not_dropped(from_dumps, allow_loss):
    """Neither the table that could not be made nor what depends on it is touched, and the rest is written."""
    a = ORDERS + PLACES.format(", geog extensions.geography") + ON_PLACES + BY_NOTE
    alignment = from_dumps(a, ORDERS + PLACES.format("") + ON_PLACES, allow_loss=allow_loss)
    assert written(alignment) == [
        "CREATE INDEX by_note ON public.orders USING btree (note)",
        'DROP INDEX "public"."by_note"',
    ]
    assert alignment.left_out == ()
    told = [each.partition(":")[0] for each in alignment.not_written if "a copy lacks it" in each]
    assert set(told) == {
        "constraint public.orders orders_place",
        "function public.here(p public.places)",
        "table public.places",
        "view public.all_places",
    }


def test_what_is_really_gone_is_dropped(from_dumps):
    """Where A has no such objects and says so, they are dropped, as far as that is allowed."""
    alignment = from_dumps(ORDERS + BY_NOTE, ORDERS + PLACES.format("") + ON_PLACES)
    assert alignment.not_written == ()
    assert sum(sql.startswith("DROP") for file in alignment.ups for sql in [each.sql for each in file.steps]) >= 3


@pytest.mark.parametrize("way", ["from a dump without grants", "to one", "between two with grants"])
def test_a_dump_without_grants_takes_none_away(from_dumps, way):
    """What it does not say it cannot ask for; a dump that says of one grant says of all."""
    more = GRANT.replace("SELECT", "INSERT") + BY_NOTE
    bare, full = DUMPED + ORDERS.replace(GRANT, ""), DUMPED + ORDERS + more
    sides = {"from": (bare, full), "to": (full, bare), "between": (DUMPED + ORDERS, full)}[way.partition(" ")[0]]
    alignment = from_dumps(*sides)
    grants = [sql for sql in written(alignment) if sql.startswith(("GRANT", "REVOKE"))]
    lines = [each for each in alignment.not_written if "says nothing of grants" in each]
    assert any("by_note" in sql for sql in written(alignment))
    assert bool(grants) == (not lines) == (way == "between two with grants")
    assert len(lines) <= 1


def test_a_script_that_a_person_wrote_is_taken_as_it_is(from_dumps):
    """Whoever writes no grant leaves them to the default privileges, so that one which is written is one more."""
    alignment = from_dumps(ORDERS, ORDERS.replace(GRANT, ""))
    assert alignment.not_written == ()
    assert any(sql.startswith("GRANT SELECT") for sql in written(alignment))
