"""What the documents tell a person to type is what works."""

import argparse
import re
import shlex
import subprocess
import sys

import pytest

from connect import paths
from connect.processes import clean_environment
from connect.project import PROJECT
from pgproof.cli import align
from tests.fix_folders import FOLDERS

DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/adopted-project.md",
    "docs/align.md",
    "docs/frontend.md",
    "docs/hazards.md",
    "docs/rehearse.md",
    "docs/scale.md",
    "docs/your-project.md",
    "sql/MIGRATION_SUMMARY.md",
    "sql/README.md",
)


MINE = f"""
variables = "CONNECT"
hooks = "connect.hooks:ConnectHooks"
platform = "supabase"
suite = "{paths.ROOT}"
[environments.prod]
[environments.staging]
"""


def commands(pattern):
    """The commands in the documents that match, without their comments."""
    text = "\n".join((paths.ROOT / name).read_text() for name in DOCUMENTS)
    found = re.findall(rf"(?:^    |`)({pattern}[^`\n#]*)", text, flags=re.MULTILINE)
    return sorted({command.strip() for command in found})


@pytest.fixture
def mine(tmp_path):
    """A folder as `adopt` makes it, without a schema."""
    (tmp_path / "environments.toml").write_text(MINE)
    return tmp_path


@pytest.mark.parametrize("command", commands("pytest "))
def test_pytest_command_is_understood(run, command, mine):
    """Each pytest command collects tests; where it asks for a live database or page, that is all it lacks."""
    # The description of the reader's own page, and their own project.
    given = command.replace("mine.toml", "frontend.toml").replace("--project=mine", f"--project={mine}")
    done = run(*given.split()[1:], "--collect-only", "-q")
    if "--live" in command:
        assert done.returncode == 4
        assert "a live run needs the database of" in done.stderr
    elif "--base-url=" in command and "--stack" not in command:
        assert done.returncode == 4
        assert "--base-url needs to know what the page talks to" in done.stderr
    else:
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", commands("python -m harness (?:record|diff|adopt|accept|align) live:"))
def test_command_on_live_databases_is_understood(command, mine):
    """Each command that reads live databases lacks nothing but their DSN."""
    if "accept" in command and "--show" not in command and "--until" not in command:
        # Named in a table, without its reason and date.
        command += " --show"
    done = subprocess.run(
        [sys.executable, *shlex.split(command.replace("--project mine", f"--project {mine}"))[1:]],
        cwd=paths.ROOT,
        env=clean_environment({}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "a live run needs the database of" in done.stderr


@pytest.mark.parametrize("command", commands("python -m harness align "))
def test_align_command_is_understood(command):
    """Each command that aligns has arguments that the command takes."""
    parser = argparse.ArgumentParser()
    align.add_arguments(parser, PROJECT)
    given = parser.parse_args(command.split()[4:])
    assert given.a
    assert given.b


@pytest.mark.parametrize("command", commands("make "))
def test_make_target_exists(command):
    """Each make target exists."""
    done = subprocess.run(
        ["make", "--dry-run", *command.split()[1:]], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_readmes_rehearsal_is_safe():
    """The migration that the README rehearses is safe and reversible but for what it accepts by name."""
    text = (paths.ROOT / "README.md").read_text().replace("\\\n", " ")
    (command,) = re.findall(r"^    python -m (harness rehearse .*)$", text, flags=re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing found except what was accepted (blocks-readers, blocks-writers): 0 findings" in done.stdout
    assert "accepted nothing" not in done.stdout


# The files that it names are those of other projects, whose layouts it lists.
OTHERS_FILES = "docs/rehearse.md"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_linked_files_exist(name):
    """Each link leads to a file, and each SQL file that is named is there."""
    document = paths.ROOT / name
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text())
    files = [link for link in links if "://" not in link]
    if name != OTHERS_FILES:
        files += [f for f in re.findall(r"`([\w/]+\.sql)`", document.read_text()) if not f.startswith("sql/")]
    folders = (document.parent, paths.SQL)
    assert [file for file in files if not any((folder / file).exists() for folder in folders)] == []


def test_readme_shows_the_two_commands_first():
    """The README's first commands are make verify and make test."""
    lines = [line.split("#")[0].strip() for line in (paths.ROOT / "README.md").read_text().splitlines()]
    assert [line for line in lines if line.startswith("make ")][:2] == ["make verify", "make test"]


def test_folders_are_markers():
    """Each folder of tests/ has its line in the table of folders, which gives it a marker."""
    found = {path.name for path in (paths.ROOT / "tests").iterdir() if any(path.rglob("test_*.py"))}
    assert found <= FOLDERS.keys()


def test_no_registry_address_is_recorded():
    """Dependencies are pinned with hashes, and no file says where they come from."""
    tracked = subprocess.run(["git", "ls-files"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    registries = re.compile("|".join(["pythonhosted", r"pypi\.org", "registry.npmjs", r"deb\.debian"]))
    files = [paths.ROOT / name for name in tracked.stdout.splitlines() if not name.endswith("test_documents.py")]
    assert [str(file) for file in files if file.exists() and registries.search(file.read_text(errors="ignore"))] == []
    for name in ("requirements.txt", "requirements-postgres.txt"):
        blocks = re.split(r"\n(?=\S)", (paths.ROOT / name).read_text())
        pinned = [block for block in blocks if re.match(r"[a-z]", block)]
        assert pinned
        assert all("==" in block and "--hash=sha256:" in block for block in pinned)
