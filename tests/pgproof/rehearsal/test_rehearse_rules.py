"""The table of docs/hazards.md: what is found in one small migration for each rule of two linters of migrations.

rules/TOOL/RULE.sql is a migration that the rule is about; rules/base.sql comes before it.
"""

import re
from pathlib import Path

import pytest

from connect import paths
from pgproof.rehearsal import applying, beforehand, blocking, locking, preserving, repeating, stalling
from pgproof.rehearsal.findings import Result, unreadable
from pgproof.rehearsal.steps import Rehearsal
from pgproof.scripts import running, script

RULES = Path(__file__).with_name("rules")
FILES = {each.stem: each for each in sorted(RULES.glob("*/*.sql"))}
ROW = re.compile(r"^\| `([\w-]+)` \|[^|]*\|([^|]*)\|", re.MULTILINE)
TABLE = {
    rule: set(re.findall(r"`([\w-]+)`", found))
    for rule, found in ROW.findall((paths.ROOT / "docs" / "hazards.md").read_text())
}
# What people's sessions notice takes traffic to see.
UNDER_TRAFFIC = {"ban-drop-column", "ban-drop-table", "renaming-column", "renaming-table"}
RUN_AGAIN = {"prefer-robust-stmts"}
LOSES_ROWS = {"ban-drop-column", "ban-drop-table", "ban-truncate-cascade"}
RENAMES = {"renaming-column", "renaming-table"}


@pytest.fixture(scope="module")
def rules_base(scratch_server):
    """The database that each rule's migration begins with."""
    fill = script.read(RULES / "base.sql")
    with scratch_server.made(scratch_server.start, lambda session: running.run(session, fill)) as name:
        yield name


@pytest.fixture
def found_in(scratch_server, rules_base):
    """Names what is found in a file, but for its form: whether it can be run again, and is one transaction."""

    def judge(path):
        try:
            up = script.read(path)
        except script.Unreadable as problem:
            return {unreadable(problem).name}
        result = Result()
        beforehand.forbid([up], result)
        if any(each.name == "drops-database" for each in result.findings):
            return {"drops-database"}
        steps = Rehearsal(scratch_server, rules_base, (up,))
        result.findings += applying.applies(steps)
        if not result.findings:
            result.findings += repeating.idempotent(steps) if path.stem in RUN_AGAIN else ()
            result.findings += preserving.preserves_data(steps) if path.stem in LOSES_ROWS | RENAMES else ()
            seen = locking.footprints(steps, (), up)
            result.findings += [*locking.judge(seen), *blocking.judge(seen)]
            if path.stem in UNDER_TRAFFIC:
                result.findings += [one for each in stalling.measure(steps) for one in stalling.judge(each, up, None)]
        return {each.name for each in result.findings}

    return judge


def test_every_rule_has_its_row():
    """No rule is left out of the table, and none is told without a migration that shows it."""
    assert set(TABLE) == set(FILES)


@pytest.mark.parametrize("rule", FILES)
def test_a_row_is_true(found_in, rule):
    """What the table says is found in such a migration is found in it, and nothing else."""
    assert found_in(FILES[rule]) == TABLE[rule]
