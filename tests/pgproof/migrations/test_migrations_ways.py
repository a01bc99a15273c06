"""Plain files that call themselves ways back: some are, and some are migrations with such a word in their names."""

from pathlib import Path

import pytest

from pgproof.migrations import ways

UP, DOWN = "CREATE TABLE public.pins (id int);", "DROP TABLE public.pins;"


def order(scripts):
    """The names of the files of scripts, in order, without their suffix."""
    return [each.path.stem for each in scripts]


@pytest.mark.parametrize(
    ("ups", "downs"),
    [
        (["0000_init", "0001_posts", "0002_undo_log", "0003_feed"], []),
        (["01_init", "02_add_back_office", "03_drop_down_options", "04_reverse_geocoding", "05_revert_policy"], []),
        (["2024-01-01-init", "2024-01-02-undo-log"], []),
        (["20240101_init", "20240102_undo_log"], []),
        (["v1_init", "v2_undo_log"], []),
        (["add_back_office", "create", "drop_down_options"], []),
        (["01_log", "02_undo_log"], ["01_log_down", "02_undo_log_down"]),
        (["001", "002"], ["001_down", "002_down"]),
        (["001_users", "002_posts"], ["001_rollback", "002_undo"]),
        (["001_users", "002_posts"], ["rollback_001", "rollback_002"]),
        (["step1", "step2"], ["rollback_step_1", "rollback_step_2"]),
        (["2024-01-01-init"], ["2024-01-01-init-undo"]),
        (["001_schema", "002_data"], ["003_rollback"]),
        (["001_schema", "002_data"], ["003_schema_rollback"]),
        (["users"], ["rollback_all"]),
        (["up/1", "up/2_undo_log"], ["down/1", "down/2_undo_log"]),
        (["back/1", "back/2"], []),
        (["back/1", "back/2"], ["back/1_down", "back/2_down"]),
    ],
)
def test_a_way_back_has_something_to_undo(ups, downs):
    """A word in a name is not enough where the name or the number is nobody else's; a folder's name is."""
    files = [Path("of") / f"{name}.sql" for name in sorted([*ups, *downs])]
    for found, expected in zip(ways.divide(files), (ups, downs), strict=True):
        assert [str(each.relative_to("of").with_suffix("")) for each in found] == expected


def test_a_migration_that_is_called_like_a_way_back_is_run(read):
    """It has its place in the order, no way back, and a note says so; named as a way back, it is one."""
    files = {f"{name}.sql": UP for name in ("0000_init", "0001_posts", "0002_undo_log", "0003_feed")}
    found = read(files)
    assert (order(found.ups), found.downs) == (["0000_init", "0001_posts", "0002_undo_log", "0003_feed"], [])
    assert found.no_way_back
    assert "0002_undo_log.sql; name with --down" in found.notes[0]
    meant = read(files, ".", downs=["0002_undo_log.sql"])
    assert (order(meant.ups), order(meant.downs)) == (["0000_init", "0001_posts", "0003_feed"], ["0002_undo_log"])
    assert any("not run as ways up: 0002_undo_log.sql" in note for note in meant.notes)


def test_what_is_taken_for_a_way_back_is_named(read):
    """With --no-down, too, where it is left out."""
    for one_way in (False, True):
        found = read({"1.sql": UP, "1_down.sql": DOWN}, one_way=one_way)
        assert (order(found.ups), len(found.downs)) == (["1"], 0 if one_way else 1)
        assert found.notes == ["taken for ways back, by their names or folders: 1_down.sql"]


@pytest.mark.parametrize("folder", ["down", "scripts"])
def test_all_files_of_a_folder_of_ways_back_are_run(read, folder):
    """Given with --down, they need not call themselves so, and the last one comes first."""
    files = {"up/1.sql": UP, "up/2.sql": UP, f"{folder}/1.sql": DOWN, f"{folder}/2_reverse_geocoding.sql": DOWN}
    found = read(files, "up", downs=[folder])
    assert order(found.downs) == ["2_reverse_geocoding", "1"]


@pytest.mark.parametrize(
    ("downs", "one_way", "together"),
    [
        (["1_a_down", "3_c_down"], ["2_b"], []),
        (["down/1_a"], ["2_b", "3_c"], []),
        (["1_a_down", "3_rollback"], [], ["3_rollback", "1_a_down"]),
        (["3_rollback"], [], ["3_rollback"]),
    ],
)
def test_one_migration_without_a_way_back_takes_none_from_the_others(read, downs, one_way, together):
    """It is named as the one that nothing undoes; what is called like none of them undoes all."""
    above = "up/" if "/" in downs[0] else ""
    found = read({f"{above}{name}.sql": UP for name in ("1_a", "2_b", "3_c")} | {f"{name}.sql": DOWN for name in downs})
    assert [each.stem for each in found.one_way] == one_way
    assert order(found.downs) == together
