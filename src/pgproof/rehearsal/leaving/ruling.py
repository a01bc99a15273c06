"""The rules of the linter, and a project's own, that were kept before and are not any more."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pgproof import lints
from pgproof.rehearsal.leaving.sides import Sides, Worse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.catalog import Catalog, Key
    from pgproof.lints import Rule, Violation

# Without the roles of the API these rules mean something; the others are about what Supabase exposes.
_ANYWHERE = {"duplicate_index", "policy_exists_rls_disabled", "recursive_policy"}
_API = ("role anon", "role authenticated")
_ERROR, _WARN = "ERROR", "WARN"
_PUBLISHED = "published_without_rls"
_SUBJECTS = ("relation", "function")
_KINDS = (*_SUBJECTS, "policy", "index")


def worse(
    sides: Sides, before: Sequence[Violation], after: Sequence[Violation], rules: Mapping[str, Rule]
) -> Iterator[tuple[Worse, bool]]:
    """Yield what breaks a rule and did not before, and whether that is a finding. rules: all, by name.

    The worst come first. An error is one, and a warning about something that was there before; what else could be
    better about what the scripts made is worth a note. Rules that go by statistics are left out, and so is what was
    renamed.
    """
    there = {(each.rule, each.object) for each in before}
    still = {(each.rule, each.object) for each in after}
    gone = Counter(rule for rule, _ in there - still)
    is_api = not any(each.inconclusive and each.object.endswith(_API) for each in after)
    known, earlier = _names(sides.after), _names(sides.before)
    for each in sorted(after, key=lambda one: lints.LEVELS.index(rules[one.rule].level) if one.rule in rules else 0):
        rule = rules.get(each.rule)
        if rule is None or each.inconclusive or not rule.fails or (each.rule, each.object) in there:
            continue
        if not is_api and each.rule not in _ANYWHERE:
            continue
        subject = _subject(each.object, known)
        is_old = subject is not None and subject in sides.before.objects
        if gone[each.rule] and subject is not None and not is_old and not sides.is_new(*subject):
            # It is called otherwise now.
            gone[each.rule] -= 1
            continue
        kind, identity = subject or ("", "")
        found = Worse(identity, f"{each.rule} ({rule.level}): {each.object}: {each.detail}", each.to_do, each.rule)
        own = _key(each.object, known)
        made = own is not None and own not in earlier.values()
        fails = rule.level == _ERROR or (rule.level == _WARN and is_old and not made)
        if each.rule == _PUBLISHED and kind == "relation" and sides.before.get(kind, identity):
            # Whom no policy stops now, none stopped before.
            fails = fails and bool(sides.before.get(kind, identity)["row security"])
        yield found, fails


def by_name(further: Sequence[Rule]) -> dict[str, Rule]:
    """Return all rules by name. further: a project's own."""
    return {rule.name: rule for rule in lints.rules(further)}


def _names(catalog: Catalog) -> dict[str, Key]:
    """Return what rules are about by its name as the linter writes it, which quotes none."""
    return {identity.replace('"', ""): (kind, identity) for kind, identity in catalog.objects if kind in _KINDS}


def _key(name: str, known: Mapping[str, Key]) -> Key | None:
    return known.get(name.replace('"', ""))


def _subject(name: str, known: Mapping[str, Key]) -> Key | None:
    """Return the table, view or function that a violation is about: "public.t a_policy", "public.t.column: UPDATE"."""
    name = name.replace('"', "")
    while name:
        if known.get(name, ("",))[0] in _SUBJECTS:
            return known[name]
        cut = max(name.rfind(each) for each in (" ", ".", ":"))
        name = name[:cut] if cut > 0 else ""
    return None
