"""Why a check cannot be held: each function returns the reason as far as the run has come, None if there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgproof.rehearsal.run import Run


def never(_: Run) -> str | None:
    """Return None: such a check can always be held."""
    return None


def parsed(run: Run) -> str | None:
    """Return why not, unless every script is valid SQL."""
    return "a script has a syntax error" if run.failed("syntax") else None


def applied(run: Run) -> str | None:
    """Return why not, unless the up scripts apply."""
    return parsed(run) or ("the scripts do not apply" if run.failed("applies") else None)


def undone(run: Run) -> str | None:
    """Return why not, unless there are down scripts."""
    return applied(run) or (None if run.rehearsal.downs else "there is no down script to run")


def alone(run: Run) -> str | None:
    """Return why not where a script would end the connections of the checks, too."""
    if run.found("ends-other-connections") and not run.failed("applies"):
        return "a down script ends the connections of others"
    return applied(run)


def together(run: Run) -> str | None:
    """Return why not, unless several up scripts are undone by all down scripts together."""
    if len(run.rehearsal.ups) < 2:
        return undone(run) or "there is only one up script"
    return undone(run) or alone(run) or ("each up has a down of its own" if run.rehearsal.pairs else None)


def bad_data(run: Run) -> str | None:
    """Return why not, unless there is data to refuse."""
    return alone(run) or (None if run.bad else "there are no scripts that make bad data")


def whole(run: Run) -> str | None:
    """Return why not where a down script stops before its end."""
    unfinished = run.failed("reversible") and run.found("fails", "ends-connection", "open-transaction")
    return alone(run) or ("the down scripts do not run to their end" if unfinished else None)


def usable(run: Run) -> str | None:
    """Return why not, unless there is a way back that runs to its end."""
    return undone(run) or whole(run)
