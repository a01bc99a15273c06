"""Migrations written into a folder of the test's own, and read from it."""

import pytest

from pgproof import migrations


@pytest.fixture
def read(tmp_path):
    """Writes files, by name, and reads the folder or the files that are named."""

    def written(files, *names, **asked):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        downs = [tmp_path / name for name in asked.pop("downs", ())]
        return migrations.read([tmp_path / name for name in names or (".",)], downs, **asked)

    return written
