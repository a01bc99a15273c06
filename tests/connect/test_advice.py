"""What a failure of parity advises, from differences that are made up here."""

from connect import advice
from connect.alignment import Misalignment


def misaligned(text, **more):
    """A difference on one table of two environments, called prod and staging."""
    return Misalignment(text, "public.t", "column", "staging", **more)


def test_an_object_of_one_environment_is_not_dropped_first():
    """The statement creates it in the other one; that it could also go comes after, in words."""
    said = advice.page([misaligned("index public.i: only in prod", statement="CREATE INDEX i;", only="prod")]).split(
        "\n"
    )
    assert said[-2:] == ["      in staging: CREATE INDEX i;", "      or drop it in prod"]
    assert "DROP" not in "".join(said)


def test_what_has_no_statement_is_said_in_words():
    """The reader is told that there is nothing to copy, and where to work."""
    said = advice.page([misaligned("table public.t: access method differs: heap in prod, x in staging")])
    assert "no statement is offered for this; make it the same by hand in staging" in said


def test_a_long_statement_comes_last_and_whole():
    """Differences stand together; a function's text is below all of them, in the first column, as it is."""
    body = "CREATE FUNCTION public.f()\n  AS $$\n\n  a long line\n$$;"
    said = advice.page(
        [
            misaligned("function public.f(): body differs", statement=body),
            misaligned("function public.f(): cost differs", statement=body),
            misaligned("index public.i: only in prod", statement="CREATE INDEX i;", only="prod"),
        ]
    )
    assert said.endswith(f"-- in staging, for function public.f()\n{body}")
    assert said.count(body) == 1
    assert said.index("the statement for function public.f() below") < said.index("CREATE INDEX i;") < said.index(body)


def test_a_script_is_named_once_for_all_that_it_aligns():
    """What one script brings about is listed together, above the rest."""
    script = {"script": "001.sql"}
    said = advice.page(
        [
            misaligned("column public.t.a: NOT NULL only in prod", **script),
            misaligned("column public.t.b: NOT NULL only in prod", **script),
            misaligned("column public.t.c: NOT NULL only in prod", statement="ALTER TABLE public.t ALTER COLUMN c;"),
        ]
    ).split("\n")
    assert said[4] == "    to do: run sql/001.sql in staging, then verify again"
    assert "\n".join(said).count("to do:") == 1
    assert said[5].startswith("No script of sql/ aligns this")


def test_a_column_for_a_table_with_rows_needs_values():
    """NOT NULL without a default cannot simply be added; with a default it can."""
    add = "ALTER TABLE public.t ADD COLUMN a text"
    for statement, told in ((f"{add} NOT NULL;", True), (f"{add} DEFAULT '' NOT NULL;", False), (f"{add};", False)):
        said = advice.page([misaligned("column public.t.a: only in prod", statement=statement, only="prod")])
        assert ("if the table has rows" in said) is told
