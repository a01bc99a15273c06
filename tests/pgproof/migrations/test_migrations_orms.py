"""The folders of Prisma and Drizzle, read and run as these do."""

import json

import pytest

from pgproof.errors import UsageError

UP, DOWN = "CREATE TABLE public.pins (id int);", "DROP TABLE public.pins;"
TWO = "CREATE TABLE public.a (id int);--> statement-breakpoint\nCREATE TABLE public.b (id int);"
PRISMA = {
    "migrations/20240101000000_init/migration.sql": UP,
    "migrations/20240201000000_pins/migration.sql": f"{UP}\n{UP}",
    "migrations/migration_lock.toml": 'provider = "postgresql"',
}


def names(found):
    """What the ways up lie in, or are, in order."""
    return [each.path.parent.name if each.path.name == "migration.sql" else each.path.name for each in found.ups]


@pytest.mark.parametrize("named", ["migrations", "."])
def test_prisma_has_a_folder_for_each_migration(read, named):
    """All are read, in order; each is called as its folder, and a number is its own."""
    found = read(PRISMA, named)
    assert (names(found), found.no_way_back) == (["20240101000000_init", "20240201000000_pins"], True)
    later = read(PRISMA, named, start="20240201000000")
    assert (len(later.before), names(later)) == (1, ["20240201000000_pins"])


def test_a_way_back_beside_a_migration_of_prisma_is_its_own(read):
    """Its manual has people write it there."""
    found = read(PRISMA | {f"migrations/{n}/down.sql": DOWN for n in ("20240101000000_init", "20240201000000_pins")})
    assert [down.path.parent for _, down in found.pairs] == [up.path.parent for up, _ in found.pairs]
    assert len(found.pairs) == 2


@pytest.mark.parametrize(
    ("package", "runner"),
    [
        ({}, "prisma"),
        ({"package.json": '{"devDependencies": {"prisma": "^6.19.0"}}'}, "prisma-7.3"),
        ({"package.json": '{"dependencies": {"prisma": "~7.3.1"}}'}, "prisma-7.3"),
        ({"package.json": '{"dependencies": {"prisma": "7.4.0"}}'}, "prisma"),
        ({"package.json": '{"devDependencies": {"prisma": "^7.0.0"}}'}, "prisma"),
        ({"package.json": '{"devDependencies": {"prisma": "latest"}}'}, "prisma"),
        ({"package.json": '{"devDependencies": ["prisma"], "dependencies": 1}'}, "prisma"),
        ({"package.json": "{"}, "prisma"),
        (
            {
                "package.json": '{"devDependencies": {"prisma": "^7.0.0"}}',
                "node_modules/prisma/package.json": '{"version": "7.2.0"}',
            },
            "prisma-7.3",
        ),
    ],
)
def test_the_version_of_prisma_decides_on_the_transaction(read, package, runner):
    """Up to 7.3 a file is one query, later each statement is; what is installed counts before what is asked for."""
    found = read(PRISMA | package, "migrations")
    assert (found.runner.name, [each.wrapped for each in found.ups]) == (runner, [False, runner != "prisma"])
    assert any("--runner prisma" in note for note in found.notes)


def test_the_journal_of_drizzle_has_the_order(read):
    """What it does not name is not applied, whatever it is called; each file has one transaction."""
    files = {
        f"{name}.sql": TWO for name in ("0000_init", "0001_undo_log", "0002_feed", "0003_old", "0001_undo_log_down")
    }
    entries = [{"idx": n, "tag": tag} for n, tag in enumerate(("0000_init", "0002_feed", "0001_undo_log"))]
    found = read(files | {"meta/_journal.json": json.dumps({"entries": entries})})
    assert (found.runner.name, found.no_way_back) == ("drizzle", True)
    assert names(found) == ["0000_init.sql", "0002_feed.sql", "0001_undo_log.sql"]
    assert [(each.wrapped, len(each.statements)) for each in found.ups] == [(True, 2)] * 3
    assert any("does not name them: 0001_undo_log_down.sql, 0003_old.sql" in note for note in found.notes)
    assert any("one transaction" in note for note in found.notes)


def test_a_file_that_the_journal_names_is_missed(read):
    """Drizzle refuses it, too."""
    found = read({"0000_a.sql": UP, "meta/_journal.json": '{"entries": [{"tag": "0000_a"}, {"tag": "0001_b"}]}'})
    assert ([each.name for each in found.problems], found.broken) == (["missing-file"], True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"entries": [1]}', '{"entries": [{"tag": 1}]}', "[" * 100_000])
def test_a_journal_that_is_none_is_one_sentence(read, text):
    """It says which file that is."""
    with pytest.raises(UsageError, match=r"_journal\.json is not a journal of Drizzle's: .*; restore the file$"):
        read({"0000_a.sql": UP, "meta/_journal.json": text})


@pytest.mark.parametrize(
    ("files", "named", "runner"),
    [
        ({"0000_a.sql": TWO, "0001_b.sql": UP}, ".", "drizzle"),
        ({"0000_a.sql": TWO}, "0000_a.sql", "drizzle"),
        ({"20240101000000_a/migration.sql": TWO}, ".", "drizzle"),
        ({"20240101000000_a/migration.sql": UP, "20240101000000_a/snapshot.json": "{}"}, ".", "drizzle"),
        ({"20240101000000_a/migration.sql": UP}, "20240101000000_a", "prisma"),
        ({"0_init/migration.sql": UP}, "0_init/migration.sql", "prisma"),
        ({"supabase/migrations/20240101000000_a.sql": TWO}, "supabase/migrations", "supabase"),
        ({"supabase/migrations/20240101000000_a.sql": TWO}, "supabase/migrations/20240101000000_a.sql", "supabase"),
        ({"notes/migration.sql": UP}, "notes/migration.sql", "psql"),
        ({"1.sql": "-- > statement-breakpoint\nSELECT 1;"}, ".", "psql"),
    ],
)
def test_files_speak_of_their_tool(read, files, named, runner):
    """One folder, one file, or a folder without a journal; what the Supabase CLI applies is the CLI's."""
    found = read(files, named, one_way=True)
    assert (found.runner.name, len(found.ups), found.problems) == (runner, len(files) - ("snapshot" in str(files)), [])


def test_a_label_of_an_enum_that_drizzle_cannot_use_yet_leaves_the_result_open(read):
    """Both files are pending, so it applies them in one transaction; the second alone is another matter."""
    files = {
        "0000_init.sql": "CREATE TYPE public.mood AS ENUM ('calm');--> statement-breakpoint\nSELECT 1;",
        "0001_mood.sql": "ALTER TYPE public.mood ADD VALUE 'it''s fine';",
        "0002_use.sql": "ALTER TABLE public.pins ADD mood public.mood DEFAULT 'it''s fine';",
    }
    (told,) = read(files, start="1", one_way=True).unread
    assert "0002_use.sql seems to use the label 'it''s fine', which " in told
    assert "0001_mood.sql:1 adds" in told
    assert not read(files, start="2", one_way=True).unread
    assert not read(files, start="1", runner="psql", one_way=True).unread
    # With the type itself pending, PostgreSQL takes the label, as it does a new name for an old one.
    assert not read(files, one_way=True).unread
    renamed = files | {"0001_mood.sql": "ALTER TYPE public.mood RENAME VALUE 'calm' TO 'it''s fine';"}
    assert not read(renamed, start="1", one_way=True).unread
