"""Migrations as real projects have them, reduced to what is right or wrong about each: the folders of real/.

case.toml says what has to come of it: `says` (one sentence), `exit` (0 unless given), `findings` (the names of all of
them), `chance` (of those that are right, but found only if the traffic happens to meet the script), `told` (words that
the findings, notes and lists have to hold), `untold` (words that they must not), `words` (of the command line, without
the files), and `baseline`, `up`, `down` where the files are not baseline*.sql, up*.sql and down*.sql, the last down
first.
"""

import argparse
import tomllib
from pathlib import Path

import pytest

from connect.project import PROJECT
from pgproof import rehearsal
from pgproof.cli import rehearse
from pgproof.rehearsal import writing

CASES = Path(__file__).with_name("real")
FOLDERS = sorted(folder.parent.name for folder in CASES.glob("*/case.toml"))


def rehearsed(name, fixture):
    """The result of one folder's rehearsal, and what its case.toml expects."""
    folder = CASES / name
    case = tomllib.loads((folder / "case.toml").read_text())
    files = {
        "baseline": sorted(folder.glob("baseline*.sql")),
        "up": sorted(folder.glob("up*.sql")),
        "down": sorted(folder.glob("down*.sql"), reverse=True),
    }
    words = []
    for kind, found in files.items():
        chosen = [folder / each for each in case[kind]] if kind in case else found
        words += [f"--{kind}", *map(str, chosen)] if chosen else []
    parser = argparse.ArgumentParser()
    rehearse.add_arguments(parser, PROJECT)
    asked = rehearse.config(parser.parse_args([*words, "--messages", *case.get("words", [])]), PROJECT)
    return rehearsal.rehearse(asked, fixture("supabase_server" if asked.supabase else "scratch_server")), case


@pytest.mark.parametrize("name", FOLDERS)
def test_a_real_migration_is_judged_rightly(request, name):
    """What is wrong with it is found, by name and in words that lead there, and nothing else."""
    result, case = rehearsed(name, request.getfixturevalue)
    text = writing.as_text(result)
    found = {each.name for each in result.findings} - set(case.get("chance", []))
    assert found == set(case.get("findings", [])), text
    assert result.exit_code == case.get("exit", 0), text
    for words in case.get("told", []):
        assert words in text
    for words in case.get("untold", []):
        assert words not in text
