"""Neither Supabase's database linter nor what is safer for a chat finds anything, but for what somebody accepted."""

import pytest

from connect import declared
from connect.project import PROJECT
from pgproof import lints
from pgproof.lints import acceptance, wording
from pgproof.plugin import options

RULES = {rule.name: rule for rule in lints.rules(PROJECT.hooks.rules)}


@pytest.fixture
def is_live(snapshot, pytestconfig):
    """Whether what is accepted of the live database holds: for that, and for a replica of an adopted one."""
    return snapshot.live or pytestconfig.stash[options.PROJECT].suite is not None


@pytest.mark.parametrize("rule", RULES)
def test_nothing_breaks_the_rule(snapshot, is_live, accepted, accepting, record_property, rule):
    """Nothing in the database breaks the rule, and the rule could be judged; what goes by statistics is only told."""
    found = [violation for violation in snapshot.violations if violation.rule == rule]
    remaining = accepted.remaining(found, snapshot.environment, is_live, acceptance.today())
    count = sum(not violation.inconclusive for violation in found)
    debt = {"rule": rule, "level": RULES[rule].level, "count": count, "accepted": len(found) - len(remaining)}
    record_property("debt", debt)
    said = wording.text(RULES[rule], remaining, *accepting(rule)) if remaining else ""
    if remaining and not RULES[rule].fails and not any(each.inconclusive for each in remaining):
        record_property("note", said)
    elif remaining:
        pytest.fail(said, pytrace=False)


def test_accepted_violations_are_known_valid_and_still_there(snapshot, is_live, accepted, record_property):
    """Every entry of the file names a rule and a violation that is there, and is not past its date."""
    judged = snapshot.environment, is_live
    for note in accepted.notes(snapshot.violations, *judged):
        record_property("note", note)
    problems = list(
        accepted.problems(snapshot.violations, RULES, *judged, acceptance.today(), elsewhere=declared.RULES)
    )
    if problems:
        pytest.fail("\n".join([*problems, "  to do:  correct or remove these entries"]), pytrace=False)
