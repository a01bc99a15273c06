"""Which kind of truth a test judges: a project's criteria, its record, its debt, or something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pgproof.hooks import Hooks
    from pgproof.reporting.results import Result

# In the order of the report. A test says which by record_property("truth", …), a project by Hooks.truth().
CRITERIA, RECORD, DEBT, REST = "criteria", "record", "debt", "rest"
KINDS = (CRITERIA, RECORD, DEBT, REST)


def truth(result: Result, hooks: Hooks) -> str:
    """Return the kind, one of KINDS: as the test says, else as the project says, else as can be seen of the test.

    A test that a criterion names belongs to the criteria, and one that recorded "debt" to the debt.
    """
    told = dict(result.facts)
    test = result.id.partition("[")[0]
    for said in (told.get("truth"), hooks.truth(test)):
        if said in KINDS:
            return str(said)
    if any(test in criterion.tests for criterion in hooks.criteria):
        return CRITERIA
    return DEBT if "debt" in told else REST


def sorted_by_kind(everything: Sequence[Result], hooks: Hooks) -> dict[str, list[Result]]:
    """Return the results of each kind; every kind is there."""
    found: dict[str, list[Result]] = {kind: [] for kind in KINDS}
    for result in everything:
        found[truth(result, hooks)].append(result)
    return found
