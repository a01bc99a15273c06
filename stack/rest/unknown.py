"""The errors for names that mean nothing in the catalog, or several things, with what might be meant instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# How alike two names have to be for one to be offered for the other; those of tables and functions, nearly the same.
_LEAST_FOR_NAMES, _LEAST_FOR_ARGUMENTS = 0.75, 0.33


def no_relation(schema: str, name: str, known: Iterable[str]) -> ApiError:
    """Return the error for a path that does not name a table or view. known: those of the schema."""
    meant = nearest(name, known, least=_LEAST_FOR_NAMES)
    hint = f"Perhaps you meant the table '{schema}.{meant}'" if meant else None
    return ApiError(404, "PGRST205", f"Could not find the table '{schema}.{name}' in the schema cache", hint=hint)


def no_relationship(
    schema: str, parent: str, child: str, hint: str | None, *, parents: Iterable[str], children: Sequence[str]
) -> ApiError:
    """Return the error for an embed where no foreign key, or none that the hint names, relates the two relations.

    parents: the relations that are related to any; children: those that parent is related to.
    """
    by_hint = f" using the hint '{hint}'" if hint else ""
    known = list(parents)
    if parent not in known:
        meant = nearest(parent, known)
        advice = f"Perhaps you meant '{meant}' instead of '{parent}'." if meant else None
    else:
        meant = None if child in children else nearest(child, children)
        advice = f"Perhaps you meant '{meant}' instead of '{child}'." if meant else None
    return ApiError(
        400,
        "PGRST200",
        f"Could not find a relationship between '{parent}' and '{child}' in the schema cache",
        details=f"Searched for a foreign key relationship between '{parent}' and '{child}'{by_hint}"
        f" in the schema '{schema}', but no matches were found.",
        hint=advice,
    )


def ambiguous_relationship(parent: str, child: str, found: Sequence[dict[str, str]], hints: Sequence[str]) -> ApiError:
    """Return the error for an embed that several foreign keys fit.

    found: what each is, as Relationship.described; hints: what to write instead of the child's name.
    """
    return ApiError(
        300,
        "PGRST201",
        f"Could not embed because more than one relationship was found for '{parent}' and '{child}'",
        details=list(found),
        hint=f"Try changing '{child}' to one of the following: {', '.join(repr(each) for each in hints)}."
        " Find the desired relationship in the 'details' key.",
    )


def no_function(
    schema: str,
    name: str,
    arguments: Sequence[str],
    *,
    unnamed: str | None = None,
    known: Iterable[str] = (),
    overloads: Sequence[Sequence[str]] = (),
) -> ApiError:
    """Return the error for a call whose arguments, given by name, no function takes.

    unnamed: the type of one argument without a name that would have taken the whole body. known: all functions of the
    schema. overloads: the names of the arguments of those that have this name.
    """
    called, given = f"{schema}.{name}", ", ".join(sorted(arguments))
    # An argument may have the name "", as the page calls one that has none.
    what = f"{called}({given})" if arguments else f"{called} without parameters"
    searched = f" with parameter{'s' if len(arguments) > 1 else ''} {given}" if arguments else " without parameters"
    whole = unnamed in ("text", "xml", "bytea")
    if whole:
        what, searched = called, f" with a single unnamed {unnamed} parameter"
    elif unnamed is not None:
        searched += f" or with a single unnamed {unnamed} parameter"
    hint = None
    if overloads and not whole:
        lists = [f"({', '.join(sorted(each))})" for each in overloads]
        meant = nearest(f"({given})", lists, least=_LEAST_FOR_ARGUMENTS)
        hint = f"Perhaps you meant to call the function {called}{meant}" if meant else None
    elif not whole:
        meant = nearest(name, known, least=_LEAST_FOR_NAMES)
        hint = f"Perhaps you meant to call the function {schema}.{meant}" if meant else None
    return ApiError(
        404,
        "PGRST202",
        f"Could not find the function {what} in the schema cache",
        details=f"Searched for the function {called}{searched}, but no matches were found in the schema cache.",
        hint=hint,
    )


def ambiguous_function(signatures: Sequence[str]) -> ApiError:
    """Return the error for a call whose arguments several functions take. signatures: theirs."""
    return ApiError(
        300,
        "PGRST203",
        f"Could not choose the best candidate function between: {', '.join(signatures)}",
        hint="Try renaming the parameters or the function itself in the database"
        " so function overloading can be resolved",
    )


def nearest(name: str, known: Iterable[str], *, least: float = _LEAST_FOR_ARGUMENTS) -> str | None:
    """Return the known name that is most like this one, None if none is like it enough: from 0, nothing, to 1."""
    from difflib import get_close_matches

    lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), list(lower), n=1, cutoff=least)
    return lower[found[0]] if found else None
