"""`align`: what it takes, what it refuses, and what its scripts do on a database that is not as they expect."""

import psycopg
import pytest

from connect.paths import ROOT
from connect.project import PROJECT
from pgproof import cli
from pgproof.alignment import origins, runbook
from pgproof.alignment.planner import find
from pgproof.alignment.sizes import Sizes
from pgproof.errors import UsageError
from pgproof.scripts import running, script

NOTES = "CREATE TABLE public.notes (id int PRIMARY KEY, body text);"
CHAT = PROJECT.hooks.workload.table


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["", "replica:prod"], "A is empty; expected a connection string"),
        (["prod", "replica:prod"], "'prod' is an environment; write live:prod or replica:prod"),
        (["replica:prod", "nothing"], "B 'nothing' names no database"),
        (["replica:nowhere", "replica:prod"], "unknown replica 'nowhere:aligned'; expected one of prod, staging"),
        (["replica:prod:later", "replica:prod"], "unknown replica 'prod:later'"),
        (["live:nowhere", "replica:prod"], "unknown environment 'nowhere'"),
        (["{empty}", "replica:prod"], "is a folder without environments.toml"),
        (["replica:prod", "replica:prod", "--into", "{full}"], "has files, and align did not write it"),
        (["replica:prod", "replica:prod", "--into", "{full}/no/where"], "there is no folder"),
    ],
)
def test_what_it_refuses_is_said_in_a_sentence(words, said, tmp_path, capsys):
    """Before any server starts."""
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "mine.sql").write_text("SELECT 1;")
    given = [word.format(empty=empty, full=full) for word in words]
    assert cli.main(["align", *given], default=ROOT) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert len(shown.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://postgres:geheim@127.0.0.1:1/postgres",
        f"host=127.0.0.1 port=1 user=postgres password=geheim{'x' * 300}",
    ],
    ids=["a URL", "longer than the name of a file"],
)
def test_a_password_in_a_connection_string_is_not_shown(dsn, capsys):
    """What cannot be reached is said without its password."""
    assert cli.main(["align", dsn, "replica:prod"], default=ROOT) == 2
    shown = capsys.readouterr()
    assert "cannot connect to 127.0.0.1:1" in shown.err
    assert "geheim" not in shown.out + shown.err


def test_without_the_planner_it_says_what_to_install(tmp_path):
    """One sentence."""
    with pytest.raises(UsageError, match="@supabase/pg-delta, which is not installed; run: make setup-stack"):
        find([tmp_path])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("prod:aligned", "prod:baseline"),
        ("staging:aligned", "staging:baseline"),
        ("prod:baseline", "staging:baseline"),
        ("staging:baseline", "prod:baseline"),
    ],
)
def test_the_environments_of_connect_are_aligned(hosted_aligner, a, b):
    """Equal in effect to the migration's own scripts and its rollback, and from each environment to the other."""
    one, two = (
        hosted_aligner.copied(origins.read(f"replica:{each}", name, PROJECT, 17), PROJECT)
        for each, name in ((a, "A"), (b, "B"))
    )
    built = hosted_aligner.build(one, two, allow_loss=False, sizes=Sizes(), first=CHAT)
    assert built.alignment.ups
    assert built.alignment.not_written == ()
    assert built.alignment.left_out == ()
    assert built.staying == set()
    assert hosted_aligner.problems(two, built) == []


def run(aligner, database, file):
    """What a script says, and how it fails."""
    with database.connect() as session:
        return running.run(session, script.parse(aligner.folder / file.path, file.text))


def test_nothing_is_lost_unless_that_is_allowed(aligner):
    """What would drop a table or a column is named, and everything else is written."""
    a = aligner.made(NOTES + "ALTER TABLE public.notes DROP body; ALTER TABLE public.notes ADD size int;")
    b = aligner.made(NOTES + "CREATE TABLE public.old (id int);")
    built = aligner.build(a, b, allow_loss=False)
    assert [line.partition(":")[0] for line in built.alignment.left_out] == [
        "column public.notes.body",
        "table public.old",
    ]
    assert all(line.endswith("only with --allow-loss") for line in built.alignment.left_out)
    assert built.alignment.not_written == ()
    assert not any("DROP" in step.sql for file in built.alignment.ups for step in file.steps)
    assert aligner.problems(b, built) == []
    assert aligner.build(a, b).alignment.left_out == ()


@pytest.mark.parametrize(
    ("only", "made", "noted"),
    [
        (["index"], {"public.by_body"}, False),
        (["table"], {"app.more"}, True),
        (["notes"], {"public.by_body", "public.notes.size"}, False),
        (["public", "column"], {"public.notes.size"}, False),
    ],
)
def test_only_narrows_and_adds_what_that_needs(aligner, only, made, noted):
    """By kinds, in schemas, of tables; a schema that a chosen table needs is added, and that is said."""
    a = aligner.made(
        NOTES + "ALTER TABLE public.notes ADD size int; CREATE INDEX by_body ON public.notes (body);"
        "CREATE SCHEMA app; CREATE TABLE app.more (id int)"
    )
    b = aligner.made(NOTES)
    alignment = aligner.build(a, b, only=only).alignment
    names = {each for file in alignment.ups for step in file.steps for each in step.names}
    assert names & {"public.by_body", "app.more", "public.notes.size"} == made
    assert alignment.not_written == ()
    assert any(line.startswith("added, since what was chosen needs it") for line in alignment.notes) == noted


def test_only_refuses_what_neither_side_has(aligner):
    """One sentence, with the kinds."""
    a = aligner.made(NOTES)
    with pytest.raises(UsageError, match="--only nonsense: neither database has such a schema or table"):
        aligner.build(a, a, only=["nonsense"])


def test_marks_say_what_was_applied(aligner):
    """A second run says so, the way back takes back only that, and says when there is nothing."""
    a, b = aligner.made(NOTES + "CREATE INDEX by_body ON public.notes (body)"), aligner.made(NOTES)
    alignment = aligner.build(a, b).alignment
    (up,), (down,) = alignment.ups, alignment.downs
    with aligner.server.clone(b.base) as database:
        assert "nothing to take back" in run(aligner, database, down).notices[0]
        assert "✓ index public.by_body: created" in run(aligner, database, up).notices
        assert "already applied" in run(aligner, database, up).notices[0]
        marks = "SELECT file, finished, applied_by IS NOT NULL FROM alignment_marks.applied"
        assert database.observer().execute(marks).fetchall() == [(up.name, True, True)]
        assert run(aligner, database, down).failure is None
        assert database.observer().execute("SELECT to_regnamespace('alignment_marks')").fetchone() == (None,)


def test_what_is_written_anew_is_not_already_applied(aligner):
    """What was applied and then taken away by hand is made again by an alignment written later, and goes back alone."""
    a, b = aligner.made(NOTES + "CREATE INDEX by_body ON public.notes (body)"), aligner.made(NOTES)
    first, second = (aligner.build(a, b).alignment for _ in range(2))
    assert first.ups[0].steps == second.ups[0].steps
    there = "SELECT to_regclass('public.by_body') IS NOT NULL"
    with aligner.server.clone(b.base) as database:
        assert "✓ index public.by_body: created" in run(aligner, database, first.ups[0]).notices
        database.observer().execute("DROP INDEX public.by_body")
        assert "already applied" in run(aligner, database, first.ups[0]).notices[0]
        assert "✓ index public.by_body: created" in run(aligner, database, second.ups[0]).notices
        assert database.observer().execute(there).fetchone() == (True,)
        assert run(aligner, database, second.downs[0]).failure is None
        assert database.observer().execute(there).fetchone() == (False,)


def test_what_is_there_already_is_not_touched(aligner):
    """An object of the name makes the script fail as a whole, and the way back leaves it alone."""
    a = aligner.made(NOTES + "ALTER TABLE public.notes ADD size int; CREATE INDEX by_body ON public.notes (body)")
    b = aligner.made(NOTES)
    alignment = aligner.build(a, b).alignment
    with aligner.server.clone(b.base) as database:
        database.observer().execute("CREATE INDEX by_body ON public.notes (id)")
        failures = [run(aligner, database, file).failure for file in alignment.ups]
        assert "already exists" in " ".join(each.message for each in failures if each)
        for file in alignment.downs:
            assert run(aligner, database, file).failure is None
        found = database.observer().execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'by_body'").fetchall()
        assert found == [("CREATE INDEX by_body ON public.notes USING btree (id)",)]
        with pytest.raises(psycopg.errors.UndefinedColumn):
            database.observer().execute("SELECT size FROM public.notes")


def test_a_large_table_is_changed_while_people_work(aligner):
    """An index is made CONCURRENTLY in a file of its own; known to be small, the table is changed at once."""
    a, b = aligner.made(NOTES + "CREATE INDEX by_body ON public.notes (body)"), aligner.made(NOTES)
    for sizes, apart in ((Sizes(), True), (Sizes({"public.notes": 5}), False)):
        built = aligner.build(a, b, sizes=sizes)
        assert [file.transactional for file in built.alignment.ups] == [not apart]
        assert ("CREATE INDEX CONCURRENTLY" in built.alignment.ups[0].text) == apart
        locks = [step.lock for file in built.alignment.ups for step in file.steps]
        assert locks == ["SHARE UPDATE EXCLUSIVE" if apart else "SHARE"]
        page = runbook.text(built.alignment, built.aligned, proven=True, report=())
        assert ("any will do" in page) == apart
        assert aligner.problems(b, built) == []


def test_the_whole_command_proves_and_writes_a_folder(tmp_path, capsys):
    """From two dumps to a folder whose scripts were rehearsed; a second run replaces it."""
    for name, more in (("a", "CREATE INDEX by_body ON public.notes (body);"), ("b", "")):
        (tmp_path / f"{name}.sql").write_text(NOTES + more)
    words = [str(tmp_path / "a.sql"), str(tmp_path / "b.sql"), "--into", str(tmp_path / "out"), "--platform", "none"]
    code = cli.main(["align", *words, "--assume-small"], default=tmp_path)
    shown = capsys.readouterr().out
    assert code == 0, shown
    assert shown.splitlines()[-1].startswith("proven: 1 script and as many back; README.md in")
    assert "nothing found except what was accepted (blocks-writers)" in shown
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert files == {
        "README.md",
        "aligned.json",
        "down/001_indexes_of_notes.sql",
        "up/001_indexes_of_notes.sql",
        "validation.sql",
    }


def test_only_what_allowing_losses_would_change_is_left_out_for_it(aligner):
    """On a table with a column to lose, what cannot be written anyway is named with the server's words."""
    table = (
        "CREATE TYPE public.mood AS ENUM ('sad'); CREATE TABLE public.t (id int PRIMARY KEY, size int, legacy mood);"
    )
    a = aligner.made("CREATE TABLE public.t (id int PRIMARY KEY, size uuid)")
    b = aligner.made(table)
    alignment = aligner.build(a, b, allow_loss=False).alignment
    assert [each.partition(": ")[0] for each in alignment.left_out] == ["column public.t.legacy", "type public.mood"]
    (line,) = alignment.not_written
    assert line.startswith("column public.t.size: ")
    assert line.endswith("cannot cast type integer to uuid")
    assert aligner.build(a, b).alignment.not_written == (line,)
