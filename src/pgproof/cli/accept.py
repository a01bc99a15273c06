"""`accept live:ENV`: accepts for a time what the rules find in a live database now, so that only what is new fails.

Exit code 0: done, also where there was nothing to accept; 2: it could not be done.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pgproof import files, lints, naming
from pgproof.errors import UsageError
from pgproof.lints import acceptance, accepting, wording

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from pgproof.environments import Environment
    from pgproof.lints import Rule, Violation
    from pgproof.lints.acceptance import Acceptance
    from pgproof.project import Project


def add_arguments(parser: argparse.ArgumentParser, project: Project) -> None:
    """Add the command's arguments to its parser."""
    parser.add_argument("place", metavar="live:ENVIRONMENT", help="the live database, by the DSN in its variable")
    parser.add_argument("--reason", metavar="TEXT", help="why this can be lived with for now")
    parser.add_argument("--until", metavar="YYYY-MM-DD", help="the last day on which it is accepted")
    parser.add_argument(
        "--rule", action="extend", nargs="+", default=[], metavar="NAME", help="accept only these rules (default: all)"
    )
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help=f"the file to add to (default: {project.hooks.accepted})"
    )
    parser.add_argument(
        "--show", action="store_true", help="only show what is not accepted yet, all of it; write nothing"
    )


def run(arguments: argparse.Namespace, project: Project) -> int:
    """Read the database, write the file, say what was accepted, and return the exit code. Raises UsageError."""
    environment = _environment(arguments.place, project)
    rules = _rules(arguments.rule, project)
    path = project.accepted if arguments.into is None else arguments.into.absolute()
    today = acceptance.today()
    if arguments.show:
        before = _text(path)
        violations = _violations(environment, project)
        return _show(_remaining(_parsed(before, path, project), violations, environment, rules, today))
    reason, until = _reason(arguments.reason), _until(arguments.until, today)
    before = _text(path)
    _parsed(before, path, project)
    violations = _violations(environment, project)
    kept = accepting.cleared(before, violations, environment.name, [rule.name for rule in rules], today)
    remaining = _remaining(_parsed(kept, path, project), violations, environment, rules, today)
    objects = {
        rule.name: names
        for rule, found in remaining.items()
        if (names := [each.object for each in found if not each.inconclusive])
    }
    after = accepting.added(kept, objects, environment.name, reason, until) if objects else kept
    if after != before:
        _write(path, after)
    _say(remaining, f"accepted until {until} in {path}")
    for line in _parsed(after, path, project).problems(
        violations, [rule.name for rule in rules], environment.name, True, today, elsewhere=_every_rule(project)
    ):
        print(f"note: written by hand, so it was left as it is: {line}")
    return 0


def _environment(place: str, project: Project) -> Environment:
    named = naming.parse(place)
    if named is None or named.kind != "live":
        raise UsageError(
            f"'{place}' is not a live database; write live:ENVIRONMENT, with one of {project.known or '(none)'}"
        )
    return project.chosen([named.environment], live_only=True)[0]


def _rules(names: Sequence[str], project: Project) -> list[Rule]:
    """Return the named rules, if none is named all that a run fails by, worst first.

    Raises UsageError for an unknown one.
    """
    known = lints.rules(project.hooks.rules)
    for name in names:
        if name not in {rule.name for rule in known}:
            raise UsageError(f"unknown rule '{name}'; choose from {', '.join(rule.name for rule in known)}")
    return [rule for rule in known if (rule.name in names if names else rule.fails)]


def _every_rule(project: Project) -> list[str]:
    return [rule.name for rule in lints.rules(project.hooks.rules)]


def _reason(given: str | None) -> str:
    if given is None or not given.strip():
        raise UsageError("a reason is missing; say why this can be lived with: --reason TEXT")
    return given.strip()


def _until(given: str | None, today: date) -> date:
    if given is None:
        raise UsageError("a date is missing; say how long this is accepted: --until YYYY-MM-DD")
    try:
        found = date.fromisoformat(given) if re.fullmatch(r"\d{4}-\d\d-\d\d", given) else None
    except ValueError:
        found = None
    if found is None:
        raise UsageError(f"--until is '{given}'; expected a date, such as {today.year + 1}-01-31")
    if found < today:
        raise UsageError(f"--until is {found}, which is past; today is {today}")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path} cannot be read: {why}") from None


def _parsed(text: str, path: Path, project: Project) -> Acceptance:
    """Return what a file accepts. Raises UsageError if it has a mistake, since adding to it would hide that."""
    found = acceptance.parse(text, str(path), project.environments)
    if found.mistakes:
        raise UsageError(f"{found.mistakes[0]}; correct that first, nothing was written")
    return found


def _violations(environment: Environment, project: Project) -> tuple[Violation, ...]:
    from pgproof.postgres import live

    with live.connect(environment, project.hooks) as connection:
        found = project.hooks.read(environment, connection, with_lints=True).violations
    assert found is not None, "read with the lint rules"
    return found


def _remaining(
    accepted: Acceptance,
    violations: Sequence[Violation],
    environment: Environment,
    rules: Sequence[Rule],
    today: date,
) -> dict[Rule, list[Violation]]:
    """Return what is not accepted yet, by rule, worst first."""
    left = accepted.remaining(violations, environment.name, True, today)
    found = {rule: [each for each in left if each.rule == rule.name] for rule in rules}
    return {rule: each for rule, each in found.items() if each}


def _write(path: Path, text: str) -> None:
    try:
        files.replace(path, text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _show(remaining: dict[Rule, list[Violation]]) -> int:
    for rule, found in remaining.items():
        print(wording.text(rule, found, whole=True))
    if not remaining:
        print("everything is accepted, or there is nothing to accept")
    return 0


def _say(remaining: dict[Rule, list[Violation]], how: str) -> None:
    """Print what was accepted and what could not be, by rule."""
    counts = {rule: sum(not each.inconclusive for each in found) for rule, found in remaining.items()}
    total = sum(counts.values())
    print(f"{total} {'violation' if total == 1 else 'violations'} {how}" if total else "nothing to accept")
    for rule, count in counts.items():
        if count:
            print(f"  {rule.level:<5} {rule.name}: {rule.found(count)}")
    for rule, found in remaining.items():
        for each in found:
            if each.inconclusive:
                print(f"not accepted: {rule.name} is inconclusive, as {each.detail}; {each.to_do}")
