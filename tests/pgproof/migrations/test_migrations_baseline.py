"""Baselines: what a folder of earlier migrations holds, and what of it is missing."""

from contextlib import ExitStack

import pytest

from pgproof import migrations, rehearsal
from pgproof.alignment import copies
from pgproof.alignment.origins import Origin
from pgproof.errors import UsageError

SHELVES = "CREATE TABLE public.shelves (id int PRIMARY KEY);"


@pytest.fixture
def earlier(tmp_path):
    """Writes files into a folder, and returns it."""

    def written(files):
        for name, text in files.items():
            path = tmp_path / "earlier" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path / "earlier"

    return written


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("2_fill.go", "package m", "2_fill.go is a migration in Go"),
        ("2_fill.sql.j2", "{{ x }}", "2_fill.sql.j2 is a template"),
    ],
)
def test_what_is_missing_in_a_baseline_is_told(earlier, name, text, told):
    """Nobody may think that the scripts were rehearsed on the whole schema."""
    found = migrations.baseline([earlier({"1_shelves.sql": f"-- +goose Up\n{SHELVES}", name: text})])
    assert ([each.path.name for each in found.scripts], found.problems) == (["1_shelves.sql"], [])
    assert told in found.unread[0]


def test_what_psql_does_in_a_baseline_is_missing_there(earlier):
    """A change of sqitch that sets a variable is not run, which is said."""
    plan = "%project=p\n\na 2024-01-01T00:00:00Z A <a@b> # x\nb 2024-01-02T00:00:00Z A <a@b> # y\n"
    found = migrations.baseline(
        [earlier({"sqitch.plan": plan, "deploy/a.sql": SHELVES, "deploy/b.sql": "\\set n 1\nSELECT :n;"})]
    )
    assert ([each.path.name for each in found.scripts], found.problems) == (["a.sql"], [])
    assert "needs psql" in found.unread[0]


def test_what_a_baseline_leaves_out_is_noted(earlier):
    """Files that are ways back, or no migrations, may be meant; somebody should see it."""
    found = migrations.baseline([earlier({"1.sql": SHELVES, "1_down.sql": "SELECT 1;", "seed.sql": "SELECT 1;"})])
    assert [each.path.name for each in found.scripts] == ["1.sql"]
    assert [each.split(":")[0] for each in found.notes] == [
        "in the baseline, taken for ways back, by their names or folders",
        "in the baseline, left out, since by their names they are not migrations",
    ]


def test_an_empty_file_among_earlier_migrations_does_nothing(earlier):
    """One that is named itself is perhaps a dump that went wrong."""
    folder = earlier({"1.sql": SHELVES, "2.sql": "-- nothing to do\n", "3.sql": ""})
    found = migrations.baseline([folder])
    assert ([each.path.name for each in found.scripts], found.problems, found.unread) == (["1.sql"], [], [])
    assert [each.name for each in migrations.baseline([folder / "3.sql"]).problems] == ["empty-file"]


def test_a_rehearsal_on_half_a_baseline_decides_nothing(scratch_server, earlier, tmp_path):
    """What works there may fail elsewhere, and what fails there may fail for want of what is missing."""
    folder = earlier({"1_shelves.sql": f"-- +goose Up\n{SHELVES}", "2_books.go": "package m"})
    up = tmp_path / "up.sql"
    for text, findings in (
        ("CREATE TABLE IF NOT EXISTS public.pins (id int PRIMARY KEY);", []),
        ("ALTER TABLE public.books ADD COLUMN IF NOT EXISTS isbn text;", ["fails"]),
    ):
        up.write_text(text)
        config = rehearsal.Config(
            [folder], [up], [], supabase=False, sizes=(), one_way=True, only=frozenset({"idempotent"})
        )
        result = rehearsal.rehearse(config, scratch_server)
        assert ([each.name for each in result.findings], result.exit_code) == (findings, 2)
        assert "2_books.go is a migration in Go" in result.undecided[0]


def test_nothing_is_aligned_with_half_a_schema(earlier, tmp_path):
    """The sentence says what is missing."""
    folder = earlier({"1_shelves.sql": f"-- +goose Up\n{SHELVES}", "2_books.go": "package m"})
    with (
        ExitStack() as stack,
        pytest.raises(UsageError, match=r"replica:next cannot be copied: .*2_books\.go is a migration in Go"),
    ):
        copies.make(stack, None, Origin("replica:next", files=(folder,)), None, tmp_path)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"-- migrate:up\n{SHELVES}\n-- migrate:down\nDROP TABLE public.shelves;", ["CreateStmt"]),
        (f"-- +goose Up\n{SHELVES}\n-- +goose Down\nDROP TABLE public.shelves;", ["CreateStmt"]),
        (
            f"-- PostgreSQL database dump\n\\restrict x\n{SHELVES}\nDO $$ BEGIN\n-- down migration\nEND $$;",
            ["CreateStmt", "DoStmt"],
        ),
    ],
)
def test_a_file_with_both_ways_is_its_way_up(earlier, text, kinds):
    """Both would leave nothing of it in the baseline; a comment in a dump is no marker."""
    found = migrations.baseline([earlier({"1_a.sql": text}) / "1_a.sql"])
    assert ([each.kind for script in found.scripts for each in script.statements], found.problems) == (kinds, [])
