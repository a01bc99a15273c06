"""An adopted folder is written as a whole; what a person added is kept, what a person changed is never lost."""

from pathlib import Path

import pytest

from pgproof.adoption import folder
from pgproof.errors import UsageError

FILES = {"environments.toml": b"one", "sql/baseline/prod.sql": b"two"}


def contents(where):
    """All files below a folder, without adopt's own list of them."""
    found = {path.relative_to(where).as_posix(): path.read_bytes() for path in where.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if name != folder.manifest(folder.ADOPT)}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    """Files that are no longer adopted go, and nothing else is left beside the folder."""
    folder.write(tmp_path / "mine", FILES)
    folder.write(tmp_path / "mine", {"environments.toml": b"three"})
    assert contents(tmp_path / "mine") == {"environments.toml": b"three"}
    assert list(tmp_path.iterdir()) == [tmp_path / "mine"]


def test_what_a_person_added_is_kept(tmp_path):
    """Such as the .env with the connection strings."""
    folder.write(tmp_path / "mine", FILES)
    (tmp_path / "mine" / ".env").write_text("secret")
    (tmp_path / "mine" / "recorded").mkdir()
    (tmp_path / "mine" / "recorded" / "prod.txt").write_text("reviewed")
    folder.write(tmp_path / "mine", FILES)
    assert contents(tmp_path / "mine") == {**FILES, ".env": b"secret", "recorded/prod.txt": b"reviewed"}


def test_what_a_person_changed_is_not_overwritten(tmp_path):
    """The sentence names the file, and everything stays as it is."""
    folder.write(tmp_path / "mine", FILES)
    (tmp_path / "mine" / "environments.toml").write_text("mine")
    with pytest.raises(UsageError, match=r"environments\.toml was changed since adopt wrote it"):
        folder.write(tmp_path / "mine", FILES)
    assert contents(tmp_path / "mine") == {**FILES, "environments.toml": b"mine"}


def test_an_added_file_is_not_replaced_by_one_of_adopts(tmp_path):
    """A name that only the new files have may already be taken."""
    folder.write(tmp_path / "mine", {"environments.toml": b"one"})
    (tmp_path / "mine" / "README.md").write_text("notes")
    with pytest.raises(UsageError, match=r"README\.md was added by a person"):
        folder.write(tmp_path / "mine", {"README.md": b"new"})
    assert contents(tmp_path / "mine") == {"environments.toml": b"one", "README.md": b"notes"}


def test_somebody_elses_folder_is_refused(tmp_path):
    """A folder with files that adopt did not write is not touched; an empty one is used."""
    other = tmp_path / "other"
    other.mkdir()
    folder.write(other, FILES)
    assert contents(other) == FILES
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "notes").write_text("x")
    with pytest.raises(UsageError, match="has files, and adopt did not write it"):
        folder.write(theirs, FILES)
    assert contents(theirs) == {"notes": b"x"}
    with pytest.raises(UsageError, match="is not a folder"):
        folder.check(theirs / "notes")
    with pytest.raises(UsageError, match="there is no folder"):
        folder.check(tmp_path / "no" / "mine")


class Interrupted(type(Path())):
    """A folder in whose place no other one can be put: Ctrl-C comes first."""

    def rename(self, target):
        """Interrupt the renaming of the new folder; that of others works."""
        if ".new" in self.name:
            raise KeyboardInterrupt
        return super().rename(target)


def test_an_interruption_loses_nothing(tmp_path):
    """Whatever a person had in the folder is there after Ctrl-C, and nothing else is left beside it."""
    mine = Interrupted(tmp_path / "mine")
    folder.write(tmp_path / "mine", FILES)
    (mine / ".env").write_text("secret")
    with pytest.raises(KeyboardInterrupt):
        folder.write(mine, {"environments.toml": b"three"})
    assert contents(mine) == {**FILES, ".env": b"secret"}
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]
