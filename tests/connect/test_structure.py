"""The architecture: who may import whom, that no two modules import each other, and what the tool never names."""

import ast
import re
from itertools import combinations
from pathlib import Path

import pytest

from connect.paths import ROOT
from connect.schema import SCHEMA

PACKAGES = {"pgproof": ROOT / "src", "connect": ROOT / "src", "stack": ROOT}
# By package: the others that it must not import, and the one module of it that may all the same.
FORBIDDEN = {
    "pgproof": (("connect", "stack", "tests", "bench", "harness"), None),
    "connect": (("stack", "tests", "bench", "harness"), "connect.embedded_stack"),
    "stack": (("pgproof", "connect", "tests", "bench", "harness"), "stack.replica"),
}


def module_files():
    """Every module of the three packages, by its dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in (folder / package).rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(text, known=()):
    """The modules that a text imports anywhere, also late and for its types only."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & set(known)) or {node.module}
    return found


MODULES = module_files()
IMPORTS = {name: imported(path.read_text(), MODULES) for name, path in MODULES.items()}


def crossing(name, imports):
    """What a module imports of a package that its own must not import, unless it is the one module that may."""
    others, door = FORBIDDEN[name.partition(".")[0]]
    return [] if name == door else sorted(each for each in imports if each.partition(".")[0] in others)


@pytest.mark.parametrize("package", FORBIDDEN)
def test_dependencies_point_one_way(package):
    """The tool imports no project, and a project and the stack know each other through one door each."""
    found = {name: crossing(name, imports) for name, imports in IMPORTS.items() if name.split(".")[0] == package}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_wrong_import_is_found_wherever_it_stands():
    """An import within a function, or for types only, is an import too."""
    text = "def f():\n    from connect import paths\nif TYPE_CHECKING:\n    import stack.web\n"
    assert crossing("pgproof.catalog", imported(text)) == ["connect", "stack.web"]
    assert crossing("stack.replica", imported(text)) == []


def test_the_tool_never_imports_its_own_plugin():
    """What tests are run by is not what the tool needs to work."""
    users = {name for name, imports in IMPORTS.items() if any(each.startswith("pgproof.plugin") for each in imports)}
    assert {name for name in users if not name.startswith("pgproof.plugin")} == set()


def test_no_two_modules_import_each_other():
    """Of two modules one can be read without the other."""
    assert [
        pair for pair in combinations(sorted(IMPORTS), 2) if pair[1] in IMPORTS[pair[0]] and pair[0] in IMPORTS[pair[1]]
    ] == []


def named_in(text):
    """The names of Connect's tables and functions in a text."""
    names = [*SCHEMA.tables, *(function.short for function in SCHEMA.functions.values())]
    return sorted(name for name in names if re.search(rf"\b{name}\b", text))


def test_the_tool_names_no_table_and_no_function_of_connect():
    """Whoever reads or runs the tool need not know Connect."""
    files = [path for path in (ROOT / "src" / "pgproof").rglob("*.*") if path.suffix != ".pyc"]
    assert {str(path): names for path in files if (names := named_in(path.read_text(encoding="utf-8")))} == {}


def test_a_name_of_connect_is_found():
    """The test above is able to fail."""
    assert named_in("SELECT * FROM public.chat_messages") == ["chat_messages"]
    assert named_in("self.chats = 1") == ["chats"]


def test_every_package_is_looked_at():
    """The packages that the tests above judge are those that are there."""
    assert {path.name for path in (ROOT / "src").iterdir() if (path / "__init__.py").exists()} == {"pgproof", "connect"}
    assert len(MODULES) > 150
    assert Path(MODULES["pgproof.catalog"]).name == "__init__.py"
