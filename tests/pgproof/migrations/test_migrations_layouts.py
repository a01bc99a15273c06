"""The folders and files of migration tools, read as their own tools read them."""

import pytest

from pgproof.errors import UsageError

FUNCTION = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\nSELECT 1;\n$$;"
UP, DOWN = "CREATE TABLE public.pins (id int);", "DROP TABLE public.pins;"


def order(scripts):
    """The names of the files of scripts, in order."""
    return [each.path.name for each in scripts]


def marked(up, down):
    """The text of a file with the halves of dbmate."""
    return f"-- migrate:up\n{up}\n\n-- migrate:down\n{down}\n"


def goose(up, down):
    """The text of a file with the halves of goose."""
    return f"-- +goose Up\n{up}\n\n-- +goose Down\n{down}\n"


LAYOUTS = {
    "dbmate": ({"20240102_b.sql": marked(UP, DOWN), "20240101_a.sql": marked(UP, DOWN)}, "20240101_a.sql"),
    "goose": ({"10_b.sql": goose(UP, DOWN), "9_a.sql": goose(UP, DOWN), "embed.go": "package db"}, "9_a.sql"),
    "sql-migrate": ({"1_a.sql": goose(UP, DOWN).replace("goose", "migrate")}, "1_a.sql"),
    "golang-migrate": (
        {"10_b.up.sql": UP, "10_b.down.sql": DOWN, "2_a.up.sql": UP, "2_a.down.sql": DOWN},
        "2_a.up.sql",
    ),
    "node-pg-migrate": (
        {"1700000000001_a.sql": f"-- Up Migration\n{UP}\n-- Down Migration\n{DOWN}"},
        "1700000000001_a.sql",
    ),
    "sqitch": (
        {
            "sqitch.plan": "%syntax-version=1.0.0\n%project=p\n\nsecond 2024-01-01T00:00:00Z A <a@b> # x\n@v1 2024-\n"
            "first [second] 2024-01-02T00:00:00Z A <a@b> # y\nsecond [second@v1] 2024-01-03T00:00:00Z A <a@b> # z\n",
            **{
                f"{way}/{name}.sql": text
                for way, text in (("deploy", UP), ("revert", DOWN))
                for name in ("first", "second", "second@v1")
            },
        },
        "second@v1.sql",
    ),
    "flyway": (
        {"V10__b.sql": UP, "U10__b.sql": DOWN, "V1.9__a.sql": UP, "sub/U1.9__a.sql": DOWN},
        "V1.9__a.sql",
    ),
    "diesel": (
        {f"2024-0{n}-01-000000_{n}/{way}.sql": text for n in (2, 1) for way, text in (("up", UP), ("down", DOWN))},
        "up.sql",
    ),
}


@pytest.mark.parametrize("tool", LAYOUTS)
def test_a_folder_is_read_as_its_tool_reads_it(read, tool):
    """The tool is known, its order is kept, and each way up has its own way down."""
    files, first = LAYOUTS[tool]
    found = read(files)
    assert (found.runner.name, found.problems, found.one_way) == (tool, [], [])
    assert found.ups[0].path.name == first
    assert [down for _, down in found.pairs] == found.downs[::-1]
    assert [up for up, _ in found.pairs] == found.ups
    assert all(each.wrapped for each in found.ups) is (tool not in ("golang-migrate", "sqitch"))
    assert any(f"run as {tool} does" in note for note in found.notes)


def test_a_reworked_change_has_the_scripts_of_its_tag(read):
    """The first of two changes of one name is the one that was tagged."""
    found = read(LAYOUTS["sqitch"][0])
    assert order(found.ups) == ["second@v1.sql", "first.sql", "second.sql"]


def test_what_supabase_has_no_way_back_for(read):
    """Each file is a migration, in the order of their names; none can be undone."""
    files = {f"supabase/migrations/2024010{n}000000_x.sql": UP for n in (2, 1)}
    found = read(files, "supabase/migrations")
    assert found.runner.name == "supabase"
    assert order(found.ups) == ["20240101000000_x.sql", "20240102000000_x.sql"]
    assert (found.no_way_back, found.downs) == (True, [])
    assert not read(files, "supabase/migrations", one_way=True).one_way


@pytest.mark.parametrize("place", ["deploy/first.sql", "revert/first.sql"])
def test_what_sqitch_has_psql_do_is_no_fault(read, place):
    """Its scripts are psql's; that the rehearsal cannot run a meta-command is said, and is nobody's fault."""
    files = LAYOUTS["sqitch"][0] | {place: "\\set who `id -un`\nCREATE TABLE public.pins (id int);"}
    found = read(files)
    assert (found.problems, found.broken or found.broken_back) == ([], True)
    assert "needs psql (psql meta-command" in found.unread[0]
    assert "more of the scripts" not in found.unread[0]


def test_diesel_takes_a_date_with_and_without_hyphens_for_the_same(read):
    """Old folders have plain numbers, newer ones dates in parts."""
    names = ("2021-02-03-040506_c", "20200101000000_a", "2020-06-01-000000_b", "2021-02-03-040507-0000_d")
    found = read({f"{name}/up.sql": UP for name in names})
    assert [each.path.parent.name[-1] for each in found.ups] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("chosen", ["supabase/migrations", "supabase/migrations/20240101000000_x.sql"])
def test_comments_on_two_ways_do_not_divide_a_file_of_supabase(read, chosen):
    """The Supabase CLI runs the whole file, also what stands below "Down migration"."""
    text = f"-- Up migration\n{UP}\n-- Down migration (by hand)\n-- {DOWN}\n"
    found = read({"supabase/migrations/20240101000000_x.sql": text}, chosen)
    assert (found.runner.name, found.no_way_back) == ("supabase", True)
    below = read({"supabase/migrations/20240101000000_x.sql": f"{text}{DOWN}"}, chosen)
    assert [each.kind for each in below.ups[0].statements] == ["CreateStmt", "DropStmt"]


def test_plain_files_run_in_the_order_in_which_people_count(read):
    """The tenth comes after the second, and the way back is known by its name."""
    found = read({f"{n}{way}.sql": UP if not way else DOWN for n in (10, 2) for way in ("", "_rollback")})
    assert (found.runner.name, order(found.ups), order(found.downs)) == (
        "psql",
        ["2.sql", "10.sql"],
        ["10_rollback.sql", "2_rollback.sql"],
    )


def test_ways_up_and_down_may_lie_in_two_folders(read):
    """The same name in up/ and down/ is one migration."""
    found = read({f"{way}/{n}.sql": UP if way == "up" else DOWN for way in ("up", "down") for n in (1, 2)})
    assert [(a.path.parent.name, b.path.parent.name) for a, b in found.pairs] == [("up", "down")] * 2
    assert order(found.downs) == ["2.sql", "1.sql"]


@pytest.mark.parametrize(
    ("ups", "downs", "expected"),
    [
        (["a.up.sql", "b.up.sql"], ["b.down.sql", "a.down.sql"], ["b.down.sql", "a.down.sql"]),
        (["a.up.sql", "b.up.sql"], ["a.down.sql", "b.down.sql"], ["b.down.sql", "a.down.sql"]),
        (["up1.sql", "up2.sql"], ["down2.sql", "down1.sql"], ["down2.sql", "down1.sql"]),
        (
            ["001_x.sql", "002_y.sql"],
            ["rollback_002.sql", "rollback_001.sql"],
            ["rollback_002.sql", "rollback_001.sql"],
        ),
        (["001.sql"], ["back.sql"], ["back.sql"]),
    ],
)
def test_plain_files_are_paired_by_name(read, ups, downs, expected):
    """The way back of the last comes first, also where it was given last, which is said."""
    files = {**dict.fromkeys(ups, UP), **dict.fromkeys(downs, DOWN)}
    found = read(files, *ups, downs=downs, runner="psql")
    assert order(found.downs) == expected
    assert [up.path.name for up, _ in found.pairs] == ups
    assert any("not as given" in note for note in found.notes) is (downs != expected)


@pytest.mark.parametrize("downs", [["rollback.sql"], ["x.sql", "y.sql"]])
def test_what_cannot_be_paired_runs_as_given(read, downs):
    """One way back for several migrations, or names that say nothing, is nobody's own."""
    found = read({"1.sql": UP, "2.sql": UP, **dict.fromkeys(downs, DOWN)}, "1.sql", "2.sql", downs=downs)
    assert (found.pairs, order(found.downs)) == ([], downs)


def test_a_file_with_both_halves_keeps_its_lines(read):
    """Given as the way up alone, or as both ways, its halves are used, and a line is one of the file."""
    for downs in ([], ["1_a.sql"]):
        found = read({"1_a.sql": marked(UP, DOWN)}, "1_a.sql", downs=downs)
        ((up, down),) = found.pairs
        assert (up.statements[0].line, down.statements[0].line) == (2, 5)
        assert (len(up.statements), len(down.statements), up.wrapped) == (1, 1, True)


def test_an_empty_way_back_is_none(read):
    """Tools write the marker whether anybody fills it in or not."""
    found = read({"1_a.sql": marked(UP, DOWN), "2_b.sql": marked(UP, "-- nothing to do")})
    assert (order(found.ups), found.downs, found.pairs) == (["1_a.sql", "2_b.sql"], [], [])
    assert [each.name for each in found.one_way] == ["2_b.sql"]
    assert (found.problems, found.no_way_back) == ([], False)


def test_an_empty_migration_among_others_is_left_out(read):
    """The tool runs it, too, and nothing happens; alone it is a problem."""
    files = {"1_a.sql": marked(UP, DOWN), "2_b.sql": marked("", "")}
    found = read(files)
    assert (order(found.ups), len(found.pairs), found.broken) == (["1_a.sql"], 1, False)
    assert any("left out" in note and "2_b.sql" in note for note in found.notes)
    assert read(files, "2_b.sql").broken


def test_migrations_in_other_languages_are_named(read):
    """What they do is missing in what follows, so nobody may think that it was rehearsed."""
    files = {"1_a.sql": goose(UP, DOWN), "2_b.go": "package m", "3_c.sql.j2": "{{ x }}", "2_b_test.go": "", "db.go": ""}
    found = read(files)
    assert len(found.unread) == 2
    assert "2_b.go is a migration in Go" in found.unread[0]
    assert "3_c.sql.j2 is a template" in found.unread[1]


@pytest.mark.parametrize(
    ("text", "name", "line", "words"),
    [
        (goose(FUNCTION, "SELECT 1;"), "refused-by-runner", 2, "StatementBegin"),
        ("-- +goose Up\n-- +goose StatementBegin\nSELECT 1;", "refused-by-runner", 2, "StatementEnd"),
        (goose("SELECT 1", "SELECT 1;"), "refused-by-runner", 2, "semicolon"),
        ("SELECT 1;\n" + marked(UP, DOWN), "refused-by-runner", 1, "below the marker"),
        (f"-- migrate:down\n{DOWN}\n-- migrate:up\n{UP}", "refused-by-runner", 1, "order"),
        ("-- +goose ENVSUB ON\n-- +goose Up\nCREATE TABLE ${name} ();", "template", 3, "goose makes"),
        (marked("CREATE TABLE {{ name }} (id int);", DOWN), "template", 2, "your tool makes"),
    ],
)
def test_what_a_tool_refuses_or_fills_in_is_named(read, text, name, line, words):
    """The problem has its place in the file, and what to do."""
    found = read({"1_a.sql": text}, "1_a.sql")
    (problem,) = found.problems
    assert (problem.name, problem.line, found.broken) == (name, line, True)
    assert words in problem.usually


def test_goose_takes_a_function_between_its_markers(read):
    """The markers may be written small."""
    body = f"-- +goose statementbegin\n{FUNCTION}\n-- +goose statementend"
    found = read({"1_a.sql": goose(body, "DROP FUNCTION f();")})
    assert (found.problems, found.ups[0].statements[0].line) == ([], 3)


def test_what_flyway_fills_in_is_named_wherever_it_stands(read):
    """Flyway replaces it also in a string."""
    (problem,) = read({"V1__a.sql": "SELECT 1;\nSELECT '${owner}';"}).problems
    assert (problem.name, problem.line) == ("template", 2)


def test_placeholders_in_strings_are_data(read):
    """The text of a message to a customer is not a template of a migration."""
    assert not read({"1.sql": "INSERT INTO letters VALUES ('Dear {{ name }}, ${amount} is due');"}).problems


@pytest.mark.parametrize(
    ("files", "wrapped"),
    [
        ({"1_a.sql": "-- migrate:up transaction:false\nVACUUM;\n-- migrate:down\nSELECT 1;"}, [False, True]),
        ({"1_a.sql": "-- migrate:up transaction:false\nSELECT 1; SELECT 2;\n-- migrate:down\nSELECT 1;"}, [True, True]),
        ({"1_a.sql": f"-- +goose NO TRANSACTION\n{goose(UP + UP, DOWN)}"}, [False, False]),
        ({"01_a/up.sql": "VACUUM;", "01_a/metadata.toml": "run_in_transaction = false"}, [False]),
        ({"V1__a.sql": "VACUUM;", "V2__b.sql": UP}, [False, True]),
        ({"V1__a.sql": "VACUUM; SELECT 1;", "V1__a.sql.conf": "executeInTransaction=false"}, [False]),
        ({"1_a.up.sql": UP, "2_b.up.sql": UP + UP}, [False, True]),
    ],
)
def test_what_a_file_says_of_its_transaction_holds(read, files, wrapped):
    """Where a tool sends several statements as one query, they are one transaction whatever the file says."""
    found = read(files)
    assert [each.wrapped for each in [*found.ups, *found.downs]] == wrapped


def test_the_supabase_cli_takes_some_statements_out(read):
    """An index that is built concurrently runs between two transactions, not in one."""
    text = f"{UP}\nCREATE INDEX CONCURRENTLY a ON public.pins (id);\nREINDEX SCHEMA public;"
    (script,) = read({"supabase/migrations/1_a.sql": text}, "supabase/migrations").ups
    assert (script.wrapped, [each.apart for each in script.statements]) == (True, [False, True, False])


def test_the_runner_can_be_named(read):
    """What the files suggest gives way."""
    found = read({"1_a.up.sql": UP}, runner="psql")
    assert (found.runner.name, found.ups[0].wrapped, found.notes) == ("psql", False, [])


@pytest.mark.parametrize("start", ["2", "2_b.sql", "2_b"])
def test_the_judged_part_can_begin_later(read, start):
    """What comes before belongs to the baseline, with its runner's transaction."""
    found = read({f"{n}_{name}.sql": marked(UP, DOWN) for n, name in ((1, "a"), (2, "b"))}, start=start)
    assert (order(found.before), order(found.ups), order(found.downs)) == (["1_a.sql"], ["2_b.sql"], ["2_b.sql"])
    assert found.before[0].wrapped


@pytest.mark.parametrize(
    ("start", "first", "before"),
    [("5", "5_x.sql", 2), ("6", "6_x.sql", 3), ("3", "5_x.sql", 2), ("2", "2_x.sql", 1), ("1", "1_x.sql", 0)],
)
def test_a_number_is_that_of_a_migration_before_it_is_a_count(read, start, first, before):
    """A chain has gaps; a note says where the judged part begins."""
    found = read({f"{n}_x.sql": UP for n in (1, 2, 5, 6, 7)}, start=start, one_way=True)
    assert (found.ups[0].path.name, len(found.before), len(found.ups)) == (first, before, 5 - before)
    assert f"judged from {first} on, number {before + 1} of 5" in found.notes[0]


@pytest.mark.parametrize(("start", "first"), [("5", "V5__b.sql"), ("2", "V1.5__a.sql"), ("10", "V10__c.sql")])
def test_a_number_of_flyway_is_a_whole_version(read, start, first):
    """V1.5 is not 1, nor 5."""
    files = dict.fromkeys(("V1__0.sql", "V1.5__a.sql", "V5__b.sql", "V10__c.sql"), UP)
    assert read(files, start=start, one_way=True).ups[0].path.name == first


@pytest.mark.parametrize("start", ["0", "3", "c", "-1", "9" * 5000])
def test_a_beginning_that_is_not_there_is_one_sentence(read, start):
    """It says what there is."""
    with pytest.raises(UsageError, match=r"no migration is called so, and there are 2: 1\.sql to 2\.sql"):
        read({"1.sql": UP, "2.sql": UP}, start=start)


@pytest.mark.parametrize("files", [{}, {"README.md": "x"}, {"deep/er/1.sql": UP}, {"sqitch.plan": "%project=p\n"}])
def test_a_folder_without_migrations_is_one_sentence(read, tmp_path, files):
    """It says what was expected, and where there is SQL."""
    with pytest.raises(UsageError) as error:
        read(files)
    assert len(str(error.value).splitlines()) == 1
    assert "deep/er" in str(error.value) or "deep/er/1.sql" not in files


def test_a_file_that_is_missing_is_a_problem_of_its_own(read, tmp_path):
    """The others are still read."""
    found = read({"1.sql": UP}, "1.sql", "2.sql")
    assert [(each.name, each.path) for each in found.problems] == [("missing-file", tmp_path / "2.sql")]
    assert found.broken


def test_rows_after_copy_need_psql(read):
    """A tool sends them to the server as if they were SQL."""
    text = "COPY public.pins (id) FROM stdin;\n1\n2\n\\.\nSELECT 1;"
    assert [each.line for each in read({"1_a.sql": text}, runner="psql").ups[0].statements] == [1, 5]
    (problem,) = read({"1_a.sql": text}, runner="golang-migrate").problems
    assert (problem.name, problem.line) == ("copy-from-stdin", 1)
    assert "golang-migrate" in problem.what


@pytest.mark.parametrize(
    "files",
    [
        {"1.sql": "\0", "2.sql": goose("SELECT '\0", "x")},
        {"1_a.sql": "-- migrate:down\n"},
        {"1_a.sql": "-- +goose Up\n-- +goose StatementBegin\nSELECT $$"},
        {"V1__a.sql": "", "V1__a.sql.conf/x": ""},
        {"2024-01-01-000000_a/up.sql": "SELECT", "2024-01-01-000000_a/metadata.toml": "run_in_transaction = 1"},
        {"sqitch.plan": "a\n@t\n+ b [a !c] x\n-d\n", "sqitch.conf": "[core\n\ttop_dir = sql\n"},
        {"supabase/migrations/1_a.sql/x.sql": "", "supabase/migrations/x.sql": "SELECT 1"},
        {"up.sql": "-- Up Migration", "down.sql": "-- Down Migration\nSELECT 1;"},
    ],
)
def test_nothing_that_is_wrong_with_a_folder_is_an_accident(read, tmp_path, files):
    """It is read, or a problem has a name, or one sentence says what is wrong."""
    folder = next((each.rpartition("/")[0] for each in files if each.startswith("supabase")), ".")
    said, found = "", None
    try:
        found = read(files, folder.partition("/1_a")[0])
    except UsageError as error:
        said = str(error)
    assert len(said.splitlines()) == 1 if found is None else found.ups or found.problems


def test_the_folder_of_the_ways_up_is_no_folder_of_ways_down(read):
    """Given twice, it is read once."""
    files = {"supabase/migrations/1_a.sql": UP}
    found = read(files, "supabase/migrations", downs=["supabase/migrations"])
    assert (len(found.ups), found.downs, found.no_way_back) == (1, [], True)


RAW_DUMP = (
    f"--\n-- PostgreSQL database dump\n--\n\n\\restrict a1B2\n\nSET lock_timeout = 0;\n{UP}\n\n\\unrestrict a1B2\n"
)
DUMPS = {
    "supabase": ("supabase/migrations/20250901000000_remote.sql", RAW_DUMP, 5),
    "dbmate": ("1_a.sql", marked(RAW_DUMP, DOWN), 6),
    "goose": ("1_a.sql", goose(RAW_DUMP, DOWN), 6),
    "golang-migrate": ("1_a.up.sql", RAW_DUMP, 5),
    "flyway": ("V1__a.sql", RAW_DUMP, 5),
    "diesel": ("01_a/up.sql", RAW_DUMP, 5),
}


@pytest.mark.parametrize("tool", DUMPS)
def test_what_pg_dump_writes_for_psql_stops_every_other_tool(read, tool):
    """The tool sends the line to the server as if it were SQL; the problem says which lines to delete."""
    name, text, line = DUMPS[tool]
    found = read({name: text}, name.rpartition("/")[0] if tool == "supabase" else ".", one_way=True)
    (problem,) = found.problems
    assert (found.runner.name, problem.name, problem.line) == (tool, "psql-meta-command", line)
    assert "delete the \\restrict and \\unrestrict lines" in problem.usually
    assert found.broken


def test_what_pg_dump_writes_for_psql_is_nothing_to_psql(read):
    """Neither where psql runs the file, nor in a migration that was applied long ago, whoever did it."""
    files = {"supabase/migrations/1_a.sql": RAW_DUMP, "supabase/migrations/2_b.sql": UP}
    folder = "supabase/migrations"
    by_psql = read(files, folder, runner="psql", one_way=True)
    assert (len(by_psql.ups), by_psql.problems) == (2, [])
    later = read(files, folder, start="2", one_way=True)
    assert (order(later.before), later.problems) == (["1_a.sql"], [])
    body = "CREATE FUNCTION public.f() RETURNS text LANGUAGE sql AS $$\nSELECT '\n\\restrict x\n';\n$$;"
    assert not read({"supabase/migrations/1_a.sql": body}, folder, one_way=True).problems


@pytest.mark.parametrize("beside", [{}, {"supabase/seed.sql": "SELECT 1;"}])
def test_the_folder_of_the_supabase_cli_stands_for_its_migrations(read, beside):
    """What lies beside them is left out, by name; they run as the CLI runs them."""
    found = read({"supabase/migrations/20240101000000_x.sql": UP, **beside}, "supabase")
    assert (found.runner.name, order(found.ups)) == ("supabase", ["20240101000000_x.sql"])
    assert ("seed.sql" in found.notes[0]) is bool(beside)
    assert "supabase/migrations" in found.notes[0]


def test_a_folder_with_a_folder_of_migrations_stands_for_it(read):
    """Its files are read as their tool reads them, and the dump beside them is none of them."""
    found = read({"db/migrations/1_a.sql": marked(UP, DOWN), "db/schema.sql": UP}, "db")
    assert (found.runner.name, len(found.pairs), order(found.ups)) == ("dbmate", 1, ["1_a.sql"])
    assert "beside that folder: schema.sql" in found.notes[0]


def test_folders_beside_plain_files_are_not_passed_over_without_a_word(read):
    """Where both have numbers, nobody knows which are meant."""
    found = read({"1.sql": UP, "migrations/1.sql": UP, "old/1.sql": UP})
    assert (found.runner.name, [each.path.parent.name for each in found.ups]) == (
        "psql",
        [found.ups[0].path.parent.name],
    )
    assert found.notes == ["not read, although there is SQL in them: the folders migrations, old"]
