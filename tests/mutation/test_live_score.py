"""The live score is what a live run would say: of a defect its role reads what the administrator's session reads."""

from contextlib import closing

import psycopg
import pytest

from connect.mutants import derivation
from connect.paths import ROOT
from connect.project import PROJECT, REPLICAS
from pgproof.mutation.scores import kind_of
from pgproof.mutation.suite import Suite
from tests.mutation.fix_mutants import VIEWS, choose

pytestmark = pytest.mark.own_baseline
PRODUCTION = REPLICAS["prod"]
READERS = {"the administrator": "", "the role for live runs": "SET LOCAL ROLE connect_verifier;"}


def some_of(mutants):
    """Two defects of each kind that are made in production, the first and the last by name."""
    kinds = {}
    for each in mutants:
        if each.environment == PRODUCTION.name and each.script is None:
            kinds.setdefault(kind_of({"mutant": each.name}), []).append(each)
    return [each for same in kinds.values() for each in {same[0].name: same[0], same[-1].name: same[-1]}.values()]


@pytest.fixture
def failing_live(templates, own_production, as_verifier):
    """Returns the live tests that fail after a change, which is taken back: on what each of the readers reads."""
    as_verifier(own_production)
    suite = Suite(ROOT, templates, {}, ["tests/schema", "tests/security"], choose)
    live = [item for item in suite.reading(PRODUCTION.name) if VIEWS[0].covers(item)]
    with closing(psycopg.connect(own_production, autocommit=True)) as session:

        def judge(change):
            found = {}
            for reader, become in READERS.items():
                session.execute("BEGIN")
                session.execute(change.encode())
                session.execute(f"{become} SET LOCAL search_path = pg_catalog".encode())
                suite.snapshots = {PRODUCTION.name: PROJECT.hooks.read(PRODUCTION, session, with_lints=True)}
                session.execute("ROLLBACK")
                found[reader] = list(suite.failing(live))
            return found

        yield judge


def test_both_readers_see_the_same(failing_live, mutant_runner):
    """Without a defect no live test fails for either; with some of each kind the same tests fail for both."""
    assert failing_live("SELECT") == {reader: [] for reader in READERS}
    mutants = some_of(derivation.derive(mutant_runner.originals[PRODUCTION.name]))
    assert len(mutants) > 20
    different = []
    for mutant in mutants:
        by_administrator, by_role = failing_live(mutant.change).values()
        if by_administrator != by_role:
            different.append(f"{mutant.name}: {sorted({*by_administrator} ^ {*by_role})}")
    assert not different, "\n".join(different)
