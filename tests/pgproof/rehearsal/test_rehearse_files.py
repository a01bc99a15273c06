"""Files as people have them: what can be run is run, and what cannot is explained."""

from pathlib import Path

import pytest

from pgproof import rehearsal
from pgproof.scripts import script

CASES = Path(__file__).with_name("cases")
GOOD = CASES / "good"


@pytest.fixture
def rehearse_text(scratch_server, tmp_path):
    """Rehearses the text of an up script, and perhaps of a down script."""

    def rehearse(up, down=None):
        file, back = tmp_path / "up.sql", tmp_path / "down.sql"
        file.write_text(up)
        back.write_text(down or (GOOD / "down.sql").read_text())
        config = rehearsal.Config([CASES / "baseline.sql"], [file], [back], supabase=False, sizes=())
        return rehearsal.rehearse(config, scratch_server)

    return rehearse


def test_what_pg_dump_writes_is_read():
    """Newer versions of it begin and end with a line for psql, which changes nothing and moves no line."""
    text = "--\n\\restrict a1B2\n\nSELECT 1;\n\n\\unrestrict a1B2\n"
    assert [(each.line, each.text) for each in script.parse(Path("dump.sql"), text).statements] == [(4, "SELECT 1")]


def test_the_rows_of_a_dump_are_apart_from_its_sql():
    """Each COPY has its own rows; what looks like one in a string or a body has none, and no line moves."""
    text = (
        "\\restrict x\nCOPY public.a (t) FROM stdin;\nit's\n;\n\\.\n\n\\unrestrict x\n\\restrict y\n"
        "SELECT '\nCOPY b FROM stdin;\n';\n  copy c from stdin with (format csv);\n\\.\nSELECT $$\n\\dt\n$$;\n"
    )
    found = script.parse(Path("dump.sql"), text).statements
    assert [(each.line, each.kind) for each in found] == [
        (2, "CopyStmt"),
        (9, "SelectStmt"),
        (12, "CopyStmt"),
        (14, "SelectStmt"),
    ]
    assert [each.rows and (each.rows.line, each.rows.text) for each in found] == [
        (3, "it's\n;\n"),
        None,
        (13, ""),
        None,
    ]


@pytest.mark.parametrize(
    ("text", "name", "line", "words"),
    [
        ("SELECT 1;\n\\connect app\nSELECT 2;", "psql-meta-command", 2, "without --create"),
        ("SELECT 1;\n\\c - somebody\n", "psql-meta-command", 2, "one session"),
        ("\\i more.sql\n", "psql-meta-command", 1, "\\i more.sql"),
        ("\\gset\n", "psql-meta-command", 1, "write the SQL"),
        ("SELECT 1;\nCOPY public.a FROM stdin;\n1\n", "copy-from-stdin", 2, "INSERT"),
        ("CREATE TABLE <%= name %> (id int);", "template", 1, "your tool makes"),
        ("{% if new %}\nSELECT 1;\n{% endif %}", "template", 1, "your tool makes"),
    ],
)
def test_what_a_dump_holds_for_somebody_else_is_one_sentence(text, name, line, words):
    """It says what it is, where, and what to do."""
    with pytest.raises(script.Unreadable) as problem:
        script.parse(Path("dump.sql"), text, dump=True)
    assert (problem.value.name, problem.value.line) == (name, line)
    assert words in problem.value.usually


def test_what_psql_is_told_for_its_own_sake_is_left_out_of_a_dump():
    """Only of a dump: a script with such a line needs psql."""
    text = "\\set ON_ERROR_STOP on\n\\echo 'it''s on'\nSELECT 1;\n"
    assert [each.line for each in script.parse(Path("dump.sql"), text, dump=True).statements] == [3]
    with pytest.raises(script.Unreadable):
        script.parse(Path("up.sql"), text)


@pytest.mark.parametrize(
    ("text", "usually"),
    [
        ("SELECT :wanted;", "a psql variable"),
        ("SELECT * FROM notes WHERE id = :'wanted';", "a psql variable"),
        ("SELECT $$ x;", "an unclosed $$"),
        ("SELECT 'x;", "an unclosed quote"),
        ("CREATE TABLE t (a int", "a bracket is not closed"),
        ("CREATE TABLE t (a int b int);", "a missing comma"),
    ],
)
def test_a_syntax_error_says_what_it_usually_means(text, usually):
    """The place is the grammar's, the explanation a person's."""
    with pytest.raises(script.Unreadable) as problem:
        script.parse(Path("up.sql"), text)
    assert (problem.value.name, problem.value.line) == ("syntax-error", 1)
    assert usually in problem.value.usually


@pytest.mark.parametrize(
    "text",
    [
        # A ROLLBACK left at the end makes every check hold, but is not a migration.
        "BEGIN; SET LOCAL lock_timeout = '5s'; ALTER TABLE public.notes ADD seen boolean; ROLLBACK;",
        "SELECT count(*) FROM public.notes;",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM public.notes) THEN RAISE EXCEPTION 'no notes'; END IF; END $$;",
    ],
)
def test_a_script_that_changes_nothing_is_found(rehearse_text, text):
    """A script that only checks, or takes back what it did, is named with what to do."""
    result = rehearse_text(text)
    assert [each.name for each in result.findings] == ["changes-nothing"]
    assert "leave the file out" in result.findings[0].advice


@pytest.mark.parametrize(
    "text",
    [
        "ANALYZE public.notes;",
        "NOTIFY pgrst, 'reload schema';",
        "CREATE EXTENSION IF NOT EXISTS plpgsql;",
        "BEGIN; SET LOCAL lock_timeout = '5s'; COMMENT ON TABLE public.notes IS 'what people wrote'; COMMIT;",
    ],
)
def test_a_script_whose_effect_lies_elsewhere_is_not_called_without_one(rehearse_text, text):
    """Statistics, other sessions and what a platform brings along are no catalog entry of the script's own."""
    assert "changes-nothing" not in {each.name for each in rehearse_text(text).findings}


def test_what_is_not_rehearsed_is_said(rehearse_text):
    """Each check has an outcome, also where an earlier one makes it pointless."""
    assert rehearse_text("SELECT nothing;").checks == {
        "syntax": "held",
        "applies": "did not hold",
        **dict.fromkeys(
            (
                "changes something",
                "idempotent",
                "preserves data",
                "leaves all as good",
                "reversible",
                "in use",
                "atomic",
                "locks",
                "stall",
            ),
            "not rehearsed: the scripts do not apply",
        ),
    }
    checks = rehearse_text((GOOD / "up.sql").read_text(), "BEGIN; SELECT 1;").checks
    assert checks["stall"] == "not rehearsed: the down scripts do not run to their end"
