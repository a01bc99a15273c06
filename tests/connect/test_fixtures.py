"""One fixture name means one thing in the whole suite."""

import ast
from collections import defaultdict

from connect.paths import ROOT

PLACES = (ROOT / "tests", ROOT / "src" / "pgproof" / "plugin")


def fixtures(text):
    """The names of the fixtures that a module defines, in order, repeated if it defines one twice."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found += [_name(node, decorator) for decorator in node.decorator_list if _is_fixture(decorator)]
    return found


def _is_fixture(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called) in ("fixture", "pytest.fixture")


def _name(function, decorator):
    """The decorator's argument `name`, else the function's own name."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else ()
    return next((ast.literal_eval(each.value) for each in given if each.arg == "name"), function.name)


def repeated(modules):
    """Each fixture name that is defined more than once, with the modules that do. modules: texts by name."""
    where = defaultdict(list)
    for module, text in modules.items():
        for name in fixtures(text):
            where[name].append(module)
    return {name: found for name, found in sorted(where.items()) if len(found) > 1}


def test_each_fixture_is_defined_once():
    """No name is a fixture in two modules of the suite, or twice in one."""
    files = [file for place in PLACES for file in place.rglob("*.py")]
    modules = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}
    assert sum(len(fixtures(text)) for text in modules.values()) > 50
    assert repeated(modules) == {}


def test_a_repeated_fixture_is_named():
    """However it is written, a second definition is found, and what is not a fixture is not taken for one."""
    plain = "@pytest.fixture\ndef chat(): ...\n\ndef room(): ...\n"
    scoped = "@pytest.fixture(scope='module')\ndef chat(): ...\n\n@pytest.fixture\ndef other(): ...\n"
    renamed = "@fixture(name='other')\ndef _(): ...\n\n@cache\ndef room(): ...\n"
    assert repeated({"a": plain, "b": scoped, "c": renamed}) == {"chat": ["a", "b"], "other": ["b", "c"]}
    assert repeated({"a": plain + plain}) == {"chat": ["a", "a"]}
    assert repeated({"a": plain, "c": renamed}) == {}
