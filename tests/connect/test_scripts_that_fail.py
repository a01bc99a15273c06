"""A script of sql/ that does not run ends a run with one sentence: its file, its line, and the server's words."""

import shutil

import pytest

from connect.paths import ROOT, VALIDATION

MISSPELT = "\nCREAT INDEX misspelt ON public.chats (id);\n"
REFUSING = "\nDO $$\nBEGIN\n  RAISE EXCEPTION 'not on a Friday';\nEND\n$$;\n"


@pytest.fixture
def copied(tmp_path):
    """A project of this repository's own files, to break; returns its folder."""
    shutil.copy(ROOT / "environments.toml", tmp_path)
    shutil.copytree(ROOT / "sql", tmp_path / "sql")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "added", "words", "line"),
    [
        ("sql/001_schema_alignment.sql", MISSPELT, 'syntax error at or near "CREAT"', 2),
        ("sql/001_schema_alignment.sql", REFUSING, "not on a Friday", 4),
        ("sql/baseline/prod.sql", MISSPELT, 'syntax error at or near "CREAT"', 2),
        ("sql/baseline/messaging.sql", MISSPELT, 'syntax error at or near "CREAT"', 2),
    ],
)
def test_it_is_named_and_nothing_is_judged(run, copied, own_places, file, added, words, line):
    """Exit code 4, one sentence with file, line and words, and no traceback."""
    script = copied / file
    lines = script.read_text().count("\n")
    script.write_text(script.read_text() + added)
    done = run("-m", "schema", "--env", "prod", f"--project={copied}", **own_places)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    said = done.stderr.strip()
    assert said == f"ERROR: {script}:{lines + line} does not run: {words}; correct the script, then run this again"
    assert "Traceback" not in done.stdout + done.stderr


def test_a_misspelt_validation_is_named(run, tmp_path, monkeypatch):
    """004_validation.sql is a script like the others."""
    misspelt = tmp_path / "004_validation.sql"
    misspelt.write_text(VALIDATION.read_text().replace("ORDER BY position, name;", "ORDER BY position, name,;"))
    plugin = f"import connect.snapshot, pathlib\nconnect.snapshot.VALIDATION = pathlib.Path({str(misspelt)!r})\n"
    (tmp_path / "misspelt.py").write_text(plugin)
    done = run("-m", "schema", "--env", "prod", "-p", "misspelt", PYTHONPATH=f"{tmp_path}:{ROOT / 'src'}")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR, done.stdout + done.stderr
    place = f"{misspelt}:{misspelt.read_text().count(chr(10))}"
    assert done.stderr.strip().startswith(f'ERROR: {place} does not run: syntax error at or near ";"')


def test_the_files_are_right_before_they_are_broken(run, copied, own_places):
    """The copy of the project is judged as the project is."""
    done = run("-m", "schema", "--env", "prod", f"--project={copied}", "-q", **own_places)
    assert done.returncode == 0, done.stdout + done.stderr
