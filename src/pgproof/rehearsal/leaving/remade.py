"""Tables, views and functions that were dropped and made anew under the same name, without all that they had.

What is granted, the policies, the triggers and the rest belong to the object, not to its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgproof.catalog import wording
from pgproof.rehearsal.leaving import publishing
from pgproof.rehearsal.leaving.sides import NOBODY_CALLS, Sides, Worse, own, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pgproof.catalog import Catalog

_PUBLIC, _EXECUTE = "PUBLIC", "EXECUTE"


def worse(sides: Sides) -> Iterator[Worse]:
    """Yield each relation and each function that lacks something that it had, or is open to more than it was."""
    for name in sorted(sides.replaced):
        lost = [*_lost(sides, name), *_rights(sides, name)]
        if lost:
            kind = wording.RELATIONS[sides.before.get("relation", name)["kind"]]
            to_do = "give it back what it had, or change it by ALTER instead of making it anew"
            yield Worse(name, f"{kind} {name} was made anew, without what it had: {'; '.join(lost)}", to_do)
    yield from _functions(sides)


def _lost(sides: Sides, name: str) -> Iterator[str]:
    was, now = (side.get("relation", name) for side in (sides.before, sides.after))
    if was["kind"] == now["kind"]:
        if was["row security"] and not now["row security"]:
            yield "row-level security"
        for option in was["options"] or ():
            if option.startswith("security_") and option not in (now["options"] or ()):
                yield option
        for kind in ("policy", "trigger", "rule"):
            # Under another name it may be the same one, or better.
            if not _of(sides.after, kind, name):
                for each in _of(sides.before, kind, name):
                    yield f"{kind} {own(each, name)}"
        if publishing.carried(sides.after, name) < publishing.carried(sides.before, name):
            yield "its replica identity"
    for identity in sides.before.of_kind("published table"):
        publication, table = publishing.parts(identity)
        gone = table == name and not sides.after.get("published table", identity)
        meant = not sides.after.get("publication", publication) or sides.said("publication", "drop", pattern(name))
        if gone and not meant:
            yield f"its place in publication {publication}"
    if was["owner"] != now["owner"]:
        yield f"its owner {was['owner']} (now {now['owner']})"


def _of(catalog: Catalog, kind: str, table: str) -> list[str]:
    return [each for each in catalog.of_kind(kind) if catalog.parents.get((kind, each)) == ("relation", table)]


def _rights(sides: Sides, name: str) -> Iterator[str]:
    before, after = (sides.privileges(of_after=after).get(("relation", name), {}) for after in (False, True))
    yield from _differing(sides, name, before, after)


def _differing(
    sides: Sides, name: str, before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]
) -> Iterator[str]:
    """Yield the rights that somebody lost, and those that came with the new object and nobody granted."""
    owner = sides.after.get("relation", name).get("owner")
    for who in sorted(before.keys() | after.keys()):
        had, has = before.get(who, frozenset()), after.get(who, frozenset())
        if who != owner and had - has and not sides.said("revoke", pattern(name), pattern(who)):
            yield f"{', '.join(sorted(had - has))} for {who}"
        if who != owner and has - had and not sides.said("grant", pattern(name), pattern(who)) and before:
            yield f"without being granted, {who} has {', '.join(sorted(has - had))}"


def _functions(sides: Sides) -> Iterator[Worse]:
    versions: dict[str, tuple[list[str], list[str]]] = {}
    for at, side in enumerate((sides.before, sides.after)):
        for identity, function in side.of_kind("function").items():
            if function["result"] not in NOBODY_CALLS:
                versions.setdefault(identity.partition("(")[0], ([], []))[at].append(identity)
    for name, (before, after) in sorted(versions.items()):
        new = [each for each in after if sides.is_new("function", each)]
        if before and new:
            yield from _version(sides, name, before, new)


def _version(sides: Sides, name: str, before: list[str], new: list[str]) -> Iterator[Worse]:
    """Yield what the new versions of a function lack, or allow, that the earlier ones had or did not."""
    was, now = (
        [_callers(sides, each, of_after=after) for each in group] for after, group in ((False, before), (True, new))
    )
    everybody = [version for version, callers in zip(new, now, strict=True) if _PUBLIC in callers]
    if everybody and not any(_PUBLIC in each for each in was):
        if not sides.said("grant", pattern(name), _PUBLIC):
            to_do = "; ".join(f"REVOKE EXECUTE ON FUNCTION {each} FROM PUBLIC" for each in everybody)
            what = f"everybody may call {', '.join(everybody)}: PUBLIC has EXECUTE of what is made anew, and had none"
            yield Worse(everybody[0], what, f"{to_do} in the same script, and grant it to whom it is for")
        return
    gone = [each for each in before if sides.after.get("function", sides.now("function", each)) == {} or each in new]
    if not gone or everybody:
        return
    had = set().union(*(_callers(sides, each, of_after=False) for each in gone)) - {_PUBLIC}
    owners = {sides.after.get("function", each)["owner"] for each in new}
    lost = sorted(
        who for who in had - set().union(*now) - owners if not sides.said("revoke", pattern(name), pattern(who))
    )
    if lost:
        what = f"{', '.join(lost)} may no longer call {new[0]}: it was made anew, and grants go with the old one"
        yield Worse(new[0], what, f"GRANT EXECUTE ON FUNCTION {new[0]} TO {', '.join(lost)} in the same script")


def _callers(sides: Sides, function: str, *, of_after: bool) -> set[str]:
    granted = sides.privileges(of_after=of_after).get(("function", function), {})
    return {who for who, privileges in granted.items() if _EXECUTE in privileges}
