"""A folder is replaced by a whole one, or stays as it was, whatever happens meanwhile."""

from pathlib import Path

import pytest

from pgproof.replacement import replace


class Interrupted(type(Path())):
    """A folder whose last renaming is interrupted, as by Ctrl-C."""

    def rename(self, target):
        """Interrupt the renaming of the new folder; that of others works."""
        if ".new" in self.name:
            raise KeyboardInterrupt
        return super().rename(target)


def filled(folder, text):
    folder.mkdir()
    (folder / ".env").write_text(text)
    return folder


def test_the_new_folder_stands_alone(tmp_path):
    """Nothing is left beside it, neither of the old one nor of an interrupted replacement."""
    place = filled(tmp_path / "mine", "old")
    filled(tmp_path / ".old", "older")
    replace(place, filled(tmp_path / ".new", "new"), tmp_path / ".old")
    assert (place / ".env").read_text() == "new"
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.parametrize("was_moved", [False, True], ids=["there", "left moved"])
def test_an_interruption_leaves_the_old_folder(tmp_path, was_moved):
    """It is as it was, also if an earlier interruption had left it in the other place."""
    filled(tmp_path / (".old" if was_moved else "mine"), "old")
    with pytest.raises(KeyboardInterrupt):
        replace(tmp_path / "mine", Interrupted(filled(tmp_path / ".new", "new")), tmp_path / ".old")
    assert (tmp_path / "mine" / ".env").read_text() == "old"


def test_a_failure_leaves_the_old_folder(tmp_path):
    """The new folder may be gone before it is renamed."""
    place = filled(tmp_path / "mine", "old")
    with pytest.raises(FileNotFoundError):
        replace(place, tmp_path / ".new", tmp_path / ".old")
    assert (place / ".env").read_text() == "old"
    assert list(tmp_path.iterdir()) == [place]
