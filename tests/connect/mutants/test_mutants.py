"""The mutation run fails by the mutant's name when somebody did not notice, and judges nothing that it cannot."""

import json
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from connect import schema
from connect.mutants import derivation, mutant
from connect.mutants.functions import definition
from connect.project import REPLICAS
from pgproof import catalog
from pgproof.catalog import differences
from pgproof.mutation.databases import Unfit
from pgproof.mutation.judging import MutantRunner
from pgproof.plugin.options import CHOSEN
from pgproof.plugin.replicas import opened
from tests.mutation.fix_mutants import MUTATED

SCHEMA = "tests/schema/own_baseline/test_indexes.py::test_index_is_as_declared[{env}-idx_chats_created_by]"
CAUGHT = "index-idx_chats_created_by-dropped"
# A plugin of a run: mutants that must make it fail, each in its own way.
ADDED = """
from connect.mutants import derivation, mutant
from connect.mutants.equivalents import EQUIVALENTS, Equivalent

derive = derivation.derive
own = "tests/schema/own_baseline/"
added = (
    mutant("added-harmless", "SELECT", "tests/schema/test_data.py"),
    mutant("added-wrong-test", "DROP INDEX public.idx_chats_created_by", "tests/schema/test_data.py"),
    mutant("added-proof-differs", "UPDATE auth.users SET email = id::text", "tests/schema/test_data.py"),
    mutant("added-proof-of-nothing", "SELECT", "tests/schema/test_data.py"),
    mutant("added-not-equivalent", "DROP INDEX public.idx_chats_created_by", f"{own}test_indexes.py"),
)
derivation.derive = lambda original: (*derive(original), *added)
emails = "SELECT email FROM auth.users ORDER BY id"
EQUIVALENTS["added-proof-differs"] = Equivalent("nobody reads addresses", emails)
EQUIVALENTS["added-proof-of-nothing"] = Equivalent("nothing changed", emails + " LIMIT 0")
EQUIVALENTS["added-not-equivalent"] = Equivalent("an index shows in no row", emails)
"""


@pytest.fixture(scope="module")
def done(run, tmp_path_factory):
    """A parallel run of the mutants above and a real one: its exit code, what it said, and its report by mutant."""
    folder = tmp_path_factory.mktemp("added")
    (folder / "added.py").write_text(ADDED)
    report = folder / "mutation.json"
    options = ("-m", "mutation", "-p", "added", "-n", "2", f"--mutation-report={report}")
    found = run(*options, "-k", f"added or {CAUGHT}", PYTHONPATH=str(folder))
    rows = json.loads(report.read_text()) if report.exists() else []
    return found.returncode, found.stdout + found.stderr, {row["mutant"]: row for row in rows}


def test_a_mutant_by_name_shows_what_caught_it(done):
    """The table names the test, and the report all of them, collected from the workers."""
    _, said, rows = done
    line = next(line for line in said.splitlines() if line.startswith(CAUGHT))
    assert "caught by tests/schema/own_baseline/test_indexes.py::test_index_is_as_declared[" in line
    row = rows[CAUGHT]
    assert set(row) == {"mutant", "environment", "caught_by", "seconds", "survived", "seen", "unseen"}
    assert not row["survived"]
    # The linter misses an index for the foreign key, at level INFO: a rehearsal lists it; 004 asks for no such index.
    seen = {"live": True, "live, compared": True, "004": False, "rehearse": False, "rehearse, listed": True}
    assert (row["seen"], row["unseen"]) == (seen, None)
    compared = "tests/parity/test_messaging_objects.py::test_both_show_identical_objects[prod-staging-index]"
    assert compared in row["caught_by"]


def test_a_mutant_that_nothing_catches_fails_by_its_name(done):
    """The run fails, says which mutant survived, and that nothing noticed."""
    code, said, rows = done
    assert code == 1, said
    assert "FAILED tests/mutation/test_mutants.py::test_mutant_is_caught[added-harmless]" in said
    assert "expected tests/schema/test_data.py to fail; nothing noticed" in said
    assert (rows["added-harmless"]["survived"], rows["added-harmless"]["caught_by"]) == (True, [])


def test_a_mutant_caught_by_another_test_only_fails(done):
    """Who noticed is named, and is not who should have."""
    _, said, rows = done
    assert "FAILED tests/mutation/test_mutants.py::test_mutant_is_caught[added-wrong-test]" in said
    row = rows["added-wrong-test"]
    assert row["survived"]
    assert any(each.startswith("tests/schema/own_baseline/test_indexes.py") for each in row["caught_by"])


@pytest.mark.parametrize("name", ["added-proof-differs", "added-proof-of-nothing", "added-not-equivalent"])
def test_an_equivalent_that_is_not_proved_fails(done, name):
    """An equivalent fails if its proof tells the two apart, or shows nothing, or if a test of behaviour notices it."""
    assert f"FAILED tests/mutation/test_mutants.py::test_equivalent_changes_no_behaviour[{name}]" in done[1]


def test_mutants_are_many_and_always_the_same(mutant_runner):
    """At least 250, with names of their own, the same from either environment's catalog."""
    from_prod, from_staging = (derivation.derive(mutant_runner.originals[name]) for name in REPLICAS)
    names = [each.name for each in from_prod]
    assert len(names) >= 250
    assert len(set(names)) == len(names)
    assert from_prod == from_staging
    assert {each.environment for each in from_prod} == set(REPLICAS)


def test_every_object_has_mutants(mutant_runner):
    """Each column, index, constraint, function, trigger and policy of the catalog is in the name of one."""
    found = mutant_runner.originals["prod"].catalog
    names = "\n".join(each.name for each in derivation.derive(mutant_runner.originals["prod"]))
    for kind in ("column", "index", "constraint", "function", "trigger", "policy"):
        for identity in found.of_kind(kind):
            own = identity.removeprefix("public.").split("(")[0] if kind == "column" else identity
            short = own if kind == "column" else own.split("(")[0].replace(" ", ".").rpartition(".")[2]
            assert f"{kind}-{short}-" in names, identity


def test_a_function_written_again_is_the_same(mutant_runner, aligned, environment, connect):
    """What a weaker body is put into changes nothing else of the function."""
    before = mutant_runner.originals[environment.name].catalog
    connection = connect(aligned)
    for identity, function in before.of_kind("function").items():
        connection.execute(definition(identity, function).encode())
    catalog.begin_reading(connection)
    after = catalog.read(connection, schema.SCHEMAS)
    assert list(differences.lines(before, after)) == []


def test_two_mutants_of_one_name_are_refused(mutant_runner, monkeypatch):
    """A name stands for one mutant."""
    monkeypatch.setattr(derivation.data, "mutants", lambda: [mutant("same", "SELECT", SCHEMA)] * 2)
    with pytest.raises(ValueError, match="two mutants have the same name: same"):
        derivation.derive(mutant_runner.originals["prod"])


@pytest.mark.parametrize(
    ("change", "by", "why"),
    [
        ("DROP INDEX public.nowhere", SCHEMA, 'cannot be made: index "nowhere" does not exist'),
        ("SELECT", "tests/schema/test_nowhere.py", "there is no such test"),
    ],
)
def test_what_judges_nothing_is_an_error(mutant_runner, change, by, why):
    """A mutant that cannot be made, or that nobody could catch, is not counted as either."""
    with pytest.raises(Unfit, match=why):
        mutant_runner.judge(mutant("unfit", change, by))


def test_tests_that_fail_anyway_are_told(pytestconfig):
    """With a database that is not right to begin with, every mutant would pass for caught."""
    prod = replace(REPLICAS["prod"], migrations=())
    project = replace(MUTATED, environments={**MUTATED.environments, "prod": prod})

    def choose(config):
        config.stash[CHOSEN] = tuple(project.environments.values())

    with closing(MutantRunner(opened(pytestconfig), project, ["tests/schema"], choose)) as unaligned:
        failing = unaligned.failing_without_a_defect("prod")
    assert "tests/schema/test_not_null.py::test_participant_key_is_not_null[prod-chat_id]" in failing


def test_nothing_stays_behind(mutant_runner, templates):
    """A mutant's database is gone afterwards, and the template is as it was."""
    mutant_runner.judge(mutant("gone", "DROP INDEX public.idx_chats_created_by", SCHEMA, environment="prod"))
    with templates.reading(REPLICAS["prod"], "aligned") as conninfo, psycopg.connect(conninfo) as connection:
        assert connection.execute("SELECT to_regclass('public.idx_chats_created_by') IS NOT NULL").fetchone() == (True,)


def test_no_live_database_is_touched(run):
    """With --live there are no mutants."""
    done = run("-m", "mutation", "--live", "--env", "prod", CONNECT_PROD_DSN="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
