"""The five functions exist once each, with their arguments and results; and each promises what it keeps."""

import pytest

from connect.expectations import expect
from connect.schema import SCHEMA

GUIDE = {function.short: function for function in SCHEMA.functions.values() if function.guide}
# As pg_proc.proparallel has it.
UNSAFE = "u"


@pytest.mark.parametrize("name", GUIDE)
def test_function_has_exactly_one_version(snapshot, script_of, name):
    """The function is there in exactly one version, the one the front end calls."""
    found = [
        (attributes["arguments"], attributes["result"])
        for identity, attributes in snapshot.catalog.of_kind("function").items()
        if identity.startswith(f"public.{name}(")
    ]
    declared = GUIDE[name]
    script = script_of("function", declared.name)
    expect(f"versions of function {name} (arguments, result)", found, [(declared.arguments, declared.result)], script)


@pytest.mark.parametrize("name", SCHEMA.functions)
def test_function_promises_only_what_it_keeps(snapshot, name):
    """The function promises no more than it keeps: its result, when it may be skipped, moved, or run in parallel."""
    attributes = ("result", "volatility", "parallel", "strict", "leakproof", "settings")
    found = [
        tuple(function[each] for each in attributes)
        for identity, function in snapshot.catalog.of_kind("function").items()
        if identity.startswith(f"{name}(")
    ]
    declared = SCHEMA.functions[name]
    expected = (declared.result, declared.code, UNSAFE, False, False, [f"search_path={SCHEMA.search_path}"])
    expect(f"promises of {name} ({', '.join(attributes)})", found, [expected])
