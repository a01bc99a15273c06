"""`pip install .` gives the commands, with every file that they need, from whatever folder they are run."""

import ast
import re
import sys
import tomllib

import pytest

import pgproof
from connect import paths

SCHEMA = (
    "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text NOT NULL);\n"
    "INSERT INTO public.notes VALUES (1, 'a');\n"
)
UP = (
    "BEGIN;\nSET LOCAL lock_timeout = '2s';\n"
    "ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS done boolean NOT NULL DEFAULT false;\nCOMMIT;\n"
)
DOWN = "BEGIN;\nSET LOCAL lock_timeout = '2s';\nALTER TABLE public.notes DROP COLUMN IF EXISTS {};\nCOMMIT;\n"


def files(folder):
    """What lies below a folder, by relative path; a link counts as the file that it leads to."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def test_the_version_is_that_of_the_package(run_installed):
    """The version of the command is that of the package."""
    assert run_installed("pgproof", "--version").stdout == f"pgproof {pgproof.__version__}\n"
    code = "from importlib.metadata import version; print(version('pgproof'))"
    assert run_installed("python", "-c", code).stdout == f"{pgproof.__version__}\n"


def test_nothing_of_the_checkout_is_used(run_installed, installed):
    """The packages are those of the wheel, and what is not in it cannot be imported."""
    done = run_installed("python", "-c", "import connect, harness, pgproof as p; print(p.__file__, connect.__file__)")
    assert done.returncode == 0, done.stderr
    assert all(file.startswith(f"{installed}/lib/") for file in done.stdout.split())
    for name in ("tests", "stack", "bench"):
        assert "No module named" in run_installed("python", "-c", f"import {name}").stderr


def test_every_file_is_installed(installed):
    """Queries, styles, templates and descriptions arrive with the modules, and Connect's scripts and environments."""
    (packages,) = installed.glob("lib/python*/site-packages")
    assert files(packages / "pgproof") == files(paths.ROOT / "src" / "pgproof")
    project = {"files/environments.toml", *(f"files/sql/{name}" for name in files(paths.SQL))}
    assert files(packages / "connect") == files(paths.ROOT / "src" / "connect") | project


def test_a_link_arrives_as_a_file(installed):
    """sql/baseline/platform.sql, which the tool's own file is linked to, stands by itself in the package."""
    (packages,) = installed.glob("lib/python*/site-packages")
    arrived = packages / "connect" / "files" / "sql" / "baseline" / "platform.sql"
    assert not arrived.is_symlink()
    assert arrived.read_bytes() == (packages / "pgproof" / "supabase" / "platform.sql").read_bytes()


@pytest.mark.parametrize(("down", "code"), [("done", 0), ("body", 1)], ids=["safe", "not reversible"])
def test_a_strangers_scripts_are_rehearsed(run_installed, tmp_path, down, code):
    """`pgproof rehearse` judges a stranger's scripts: 0 where they are safe and reversible, 1 where they are not."""
    for name, text in {"schema.sql": SCHEMA, "up.sql": UP, "down.sql": DOWN.format(down)}.items():
        (tmp_path / name).write_text(text)
    scripts = ("--baseline", "schema.sql", "--up", "up.sql", "--down", "down.sql")
    done = run_installed("pgproof", "rehearse", "--platform", "none", *scripts, "--messages")
    assert done.returncode == code, done.stdout + done.stderr
    assert ("safe and reversible: 0 findings" in done.stdout) == (code == 0)
    assert ("down.sql: not-reversible" in done.stdout) == (code == 1)


@pytest.mark.parametrize(
    ("other", "code", "says"),
    [("replica:staging", 0, "no difference"), ("replica:prod:baseline", 1, "index public.idx_chat_messages_sender_id")],
    ids=["same", "different"],
)
def test_environments_are_known_wherever_it_is_run(run_installed, other, code, says):
    """`python -m harness diff` knows Connect's environments wherever it is run."""
    done = run_installed("python", "-m", "harness", "diff", "replica:prod", other)
    assert done.returncode == code, done.stdout + done.stderr
    assert says in done.stdout


def test_every_import_is_a_declared_dependency():
    """Whatever a module of the wheel imports comes with it, or with an extra."""
    declared = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    extras = [each for group in declared["optional-dependencies"].values() for each in group]
    # Each of them is imported by its own name.
    named = {re.match(r"[\w-]+", each)[0].replace("-", "_") for each in (*declared["dependencies"], *extras)}
    # stack, with its jwt, needs a checkout; pytest's own parts come with it.
    own = {"pgproof", "connect", "harness", "stack", "jwt", "_pytest"}
    found = {
        module
        for folder in ("src", "harness")
        for path in (paths.ROOT / folder).rglob("*.py")
        for module in imported(path)
    }
    assert found - sys.stdlib_module_names - own - named == set()


def imported(path):
    """The top-level modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]
