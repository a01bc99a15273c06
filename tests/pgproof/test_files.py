"""A file is written completely or not at all."""

import stat
import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment
from pgproof import files


@pytest.fixture
def path(tmp_path):
    """A file, alone in its folder."""
    path = tmp_path / "file.toml"
    path.write_text("old")
    return path


def test_a_file_is_replaced_whole(path):
    """The file keeps its rights and its links, and nothing else is left in the folder."""
    link = path.with_name("link.toml")
    path.chmod(0o640)
    link.symlink_to(path)
    files.replace(link, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o640)
    assert link.is_symlink()
    assert sorted(path.parent.iterdir()) == [path, link]


def test_a_new_file_gets_the_usual_rights(path):
    """A file that was not there has the rights that this process gives to any file."""
    new = path.with_name("new.toml")
    files.replace(new, "new")
    assert (new.read_text(), new.stat().st_mode) == ("new", path.stat().st_mode)


def test_a_folder_is_not_replaced(tmp_path):
    """Where a folder has the name, it stays, and no part of the file is left beside it."""
    path = tmp_path / "file.toml"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        files.replace(path, "new")
    assert list(tmp_path.iterdir()) == [path]


def test_a_text_that_cannot_be_written_changes_nothing(path):
    """If the text breaks off in the middle, the file is as it was, and no part of the new one is left."""
    with pytest.raises(UnicodeEncodeError):
        files.replace(path, "new" * 10_000 + "\ud800")
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


WRITER = """
import pathlib, sys
from pgproof import files
for _ in range(300):
    files.replace(pathlib.Path(sys.argv[1]), sys.argv[2] * 10_000)
"""


def test_two_processes_may_write_the_same_file(path):
    """Neither takes the other's half-written file: both get to their end, and the file is whole."""
    settings = clean_environment({"PYTHONPATH": str(paths.ROOT / "src")})
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, path, letter], env=settings) for letter in "ab"]
    assert [each.wait() for each in writers] == [0, 0]
    assert path.read_text() in ("a" * 10_000, "b" * 10_000)
    assert list(path.parent.iterdir()) == [path]
