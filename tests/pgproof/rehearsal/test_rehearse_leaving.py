"""What the up scripts leave: which calls are ambiguous, what stays the same object, and the list of what changed."""

import json

import pytest

from pgproof import rehearsal
from pgproof.catalog import Catalog
from pgproof.hooks import Hooks
from pgproof.rehearsal import writing
from pgproof.rehearsal.leaving import ambiguous, listing, publishing
from pgproof.rehearsal.leaving.sides import Sides, bare

ONE = "item integer"


@pytest.mark.parametrize(
    ("one", "other", "names", "count"),
    [
        (ONE, "item integer, rebate integer DEFAULT 0", ["item"], None),
        (ONE, "item integer, rebate integer", None, None),
        (ONE, "item text", ["item"], None),
        (ONE, "thing integer", None, None),
        ("integer", "integer, integer DEFAULT 0", None, None),
        ("item integer, a integer DEFAULT 0", "item integer, b text DEFAULT 'x,y'::text", ["item"], 1),
        ("a integer DEFAULT 0", "b text DEFAULT ''::text", [], 0),
        ("item integer, OUT result integer", "item integer, rebate integer", None, None),
    ],
)
def test_a_call_is_ambiguous_by_its_names_or_by_its_number_of_arguments(one, other, names, count):
    """PostgREST goes by the names that a request gives, PostgreSQL by which defaults it has to fill in."""
    given = [ambiguous.parameters(each) for each in (one, other)]
    assert (ambiguous.by_name(*given), ambiguous.by_position(*given)) == (names, count)


@pytest.mark.parametrize(
    ("identity", "name"),
    [("public.t", "t"), ('public."odd.name"', '"odd.name"'), ("public.f(a integer, b app.kind)", "f")],
)
def test_a_name_stands_without_its_schema(identity, name):
    """Scripts may or may not write the schema, so names are looked for without it."""
    assert bare(identity) == name


@pytest.mark.parametrize(
    ("identity", "parts"),
    [
        ("feed public.rides", ("feed", "public.rides")),
        ('"my feed" public."a b"', ('"my feed"', 'public."a b"')),
    ],
)
def test_a_published_table_is_told_from_its_publication(identity, parts):
    """Either name may hold spaces."""
    assert publishing.parts(identity) == parts


def test_what_is_renamed_is_the_same_and_what_is_made_anew_is_not():
    """Objects are known by their numbers, not by their names."""
    key = ("relation", "public.a"), ("relation", "public.b")
    before, after = (Catalog({each: {"kind": "r"} for each in keys}) for keys in (key[:1], key))
    renamed = Sides(before, after, (), {key[0]: 1}, {key[1]: 1, key[0]: 2})
    assert renamed.now("relation", "public.a") == "public.b"
    assert not renamed.is_new("relation", "public.b")
    assert renamed.replaced == {"public.a"}
    unknown = Sides(before, after)
    assert unknown.now("relation", "public.a") == "public.a"
    assert unknown.replaced == frozenset()


def test_a_script_names_what_it_drops_or_makes_the_statement_while_it_runs():
    """What stands in a statement by name is meant; what a loop drops may be meant, too."""
    catalog = Catalog({})
    by_name = Sides(catalog, catalog, ("DROP VIEW public.pay",))
    assert by_name.dropped_by_name("VIEW", "pay")
    assert not by_name.dropped_by_name("VIEW", "payment")
    loop = Sides(catalog, catalog, ("DO $$ BEGIN EXECUTE format('DROP POLICY %I ON t', name); END $$",))
    assert loop.dropped_by_name("POLICY", "mine")
    assert not loop.dropped_by_name("VIEW", "pay")


def test_a_long_list_is_told_in_part():
    """Of each script the first 20 changes are shown, and how many there are more."""
    changes = [{"text": f"change {number}"} for number in range(23)]
    told = list(listing.lines([{"file": "up1.sql", "changes": changes}, {"file": "up2.sql", "changes": []}]))
    assert told[:2] == ["up1.sql:", "  change 0"]
    assert told[21:] == ["  and 3 more", "up2.sql: nothing"]


def test_every_change_is_listed_without_secrets(scratch_server, tmp_path):
    """The list has what each script changed, rows as well, in text and as JSON; a password is masked."""
    files = {
        "baseline": "CREATE TABLE public.notes (id int PRIMARY KEY);",
        "up1": "BEGIN; SET LOCAL lock_timeout = '1s'; INSERT INTO public.notes VALUES (1); COMMIT;",
        "up2": "BEGIN; SET LOCAL lock_timeout = '1s';"
        " COMMENT ON TABLE public.notes IS 'postgresql://ada:s3cret-w0rd@db.example/notes'; COMMIT;",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.sql").write_text(text)
    config = rehearsal.Config(
        [tmp_path / "baseline.sql"],
        [tmp_path / "up1.sql", tmp_path / "up2.sql"],
        [],
        supabase=False,
        hooks=Hooks(),
        sizes=(),
    )
    result = rehearsal.rehearse(config, scratch_server)
    told, text = json.loads(writing.as_json(result)), writing.as_text(result)
    first, second = told["changes"]
    assert [each["text"] for each in first["changes"]] == ["rows of public.notes: 0 before, 1 after"]
    assert second["file"].endswith("up2.sql")
    assert "comment only in the state after" in second["changes"][0]["text"]
    assert "what the scripts change:" in text
    assert "s3cret" not in text + json.dumps(told["changes"])
