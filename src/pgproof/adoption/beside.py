"""What a database has that no copy gets: rights and settings of roles, its own settings, versions, labels, owners."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pgproof.adoption import subjects
from pgproof.catalog import differences
from pgproof.catalog.differences import Difference
from pgproof.record import scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.adoption.sorting import Sorted
    from pgproof.adoption.sources import Source
    from pgproof.catalog import Catalog, Key
    from pgproof.project import Project
    from pgproof.scripts.script import Statement

_NAMES = ("A", "B")
# Of the platform's objects, too: its people may have changed them.
_OF_ALL = ("database", "extension", "membership", "role", "security label")
# Of the project's own.
_OF_OWN = ("event trigger", "foreign data wrapper", "foreign server", "subscription", "user mapping")
_OWNER = "owner"
_RIGHTS = {
    "bypassrls": "BYPASSRLS",
    "canlogin": "LOGIN",
    "createdb": "CREATEDB",
    "createrole": "CREATEROLE",
    "inherit": "INHERIT",
    "isreplication": "REPLICATION",
    "superuser": "SUPERUSER",
}
_AT_FIRST = frozenset(("inherit",))
_OF_USER = _AT_FIRST | {"canlogin"}


@dataclass(frozen=True)
class Beside:
    """What one database has that its copy has not.

    catalog: of a live database, as far as it is about this; None of a dump. told: what a dump says, by what it is
    about: its kind, its name and in words. rights: of each role that was read, no role if none were. named: the roles
    that the schema names.
    """

    catalog: Catalog | None = field(default=None, repr=False)
    told: Mapping[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    rights: Mapping[str, frozenset[str]] = field(default_factory=dict)
    named: frozenset[str] = frozenset()


# Of what scripts make, the copy has everything.
NOTHING = Beside()


def of(source: Source, found: Sorted, project: Project, extensions: Sequence[str]) -> Beside:
    """Return what a schema's original has beside its copy. found: its statements, sorted.

    extensions: those that are not to be had here.
    """
    told = {_about(each): _said(each) for each in found.beside}
    told |= {("extension", name, f"extension {name}"): "" for name in extensions}
    rights: dict[str, frozenset[str]] = {}
    for each in found.roles:
        if each.kind == "CreateRoleStmt":
            at_first = _OF_USER if each.node.stmt_type.name == "ROLESTMT_USER" else _AT_FIRST
            rights[each.node.role] = _changed(at_first, each.node.options)
        elif each.kind == "AlterRoleStmt" and each.node.role.rolename:
            role = each.node.role.rolename
            rights[role] = _changed(rights.get(role, _AT_FIRST), each.node.options)
    return Beside(
        None if source.catalog is None else _reduced(source.catalog, project),
        told,
        rights,
        frozenset(role for each in (*found.own, *found.late) for role in subjects.roles(each.node)),
    )


def differing(a: Beside, b: Beside, seen: set[tuple[Key, str | None]]) -> Iterator[tuple[Difference, str]]:
    """Yield what differs beside the copies, each with a line for a person. seen: what differs on the copies."""
    if a.catalog is not None and b.catalog is not None:
        for each in differences.between(a.catalog, b.catalog):
            key = each.catalog_kind, each.identity
            known = {(key, each.attribute), (key, None)} & seen
            if not known and (each.attribute == _OWNER or each.catalog_kind in (*_OF_ALL, *_OF_OWN)):
                yield each, each.text(_NAMES)
        return
    for about in sorted(a.told.keys() | b.told.keys()):
        if a.told.get(about) != b.told.get(about):
            yield _difference(about[:2], about in a.told, about in b.told), f"{about[2]}{_where(about, a.told, b.told)}"
    if a.rights and b.rights:
        for role in sorted(a.named | b.named):
            rights = [" ".join(sorted(map(_RIGHTS.__getitem__, side.rights.get(role, ())))) for side in (a, b)]
            if role in a.rights and role in b.rights and rights[0] != rights[1]:
                text = f"role {role}: {rights[0] or 'no rights'} in A, {rights[1] or 'no rights'} in B"
                yield _difference(("role", role), in_a=True, in_b=True), text
            elif (role in a.rights) != (role in b.rights):
                text = f"role {role}{_where(role, a.rights, b.rights)}"
                yield _difference(("role", role), role in a.rights, role in b.rights), text


def not_compared(a: Beside, b: Beside) -> str:
    """Return a sentence on what nobody compared, "" if the two are live databases or say the same of it."""
    if None not in (a.catalog, b.catalog) or a is NOTHING or b is NOTHING:
        return ""
    return (
        "not compared, since only live databases show it: rights and settings of roles, settings of the database,"
        " versions of extensions, security labels and owners, as far as the dumps do not say more"
    )


def _difference(about: tuple[str, str], in_a: bool, in_b: bool) -> Difference:
    only = None if in_a and in_b else int(in_b)
    return Difference(about[0], about[1], "settings" if only is None else None, only=only, catalog_kind=about[0])


def _where(key: Any, in_a: Mapping[Any, Any], in_b: Mapping[Any, Any]) -> str:
    return " differs" if key in in_a and key in in_b else f": only in {_NAMES[key in in_b]}"


def _changed(rights: frozenset[str], options: Any) -> frozenset[str]:
    """Return the rights that a role has after it was given these options."""
    given = {each.defname: each.arg.boolval for each in options or () if each.defname in _RIGHTS}
    return (rights - given.keys()) | {name for name, has in given.items() if has}


def _said(statement: Statement) -> str:
    """Return what a statement says of what it is about; a database may have any name."""
    setting = getattr(statement.node, "setstmt", None)
    return statement.text if setting is None or not setting.name else statement.text.partition(setting.name)[2]


def _about(statement: Statement) -> tuple[str, str, str]:
    """Return what a statement is about: a kind and a name as diff has them, and words without any value."""
    kind, node = statement.kind, statement.node
    if kind == "AlterRoleSetStmt":
        role = "ALL" if node.role is None else node.role.rolename
        where = " in this database" if node.database else ""
        return ("role", role, f"setting {node.setstmt.name or 'RESET ALL'} of role {role}{where}")
    if kind == "AlterDatabaseSetStmt":
        return ("database", "compared", f"setting {node.setstmt.name or 'RESET ALL'} of the database")
    if kind == "AlterExtensionStmt":
        return ("extension", node.extname, f"version of extension {node.extname}")
    name = ".".join(subjects.subject(node))
    return ("security label", name, f"security label on {name} by {node.provider or 'the only provider'}")


def _reduced(whole: Catalog, project: Project) -> Catalog:
    """Return what of a live database's catalog is beside its copy."""
    everything = scope.reduce(whole, supabase=False, verifier=project.hooks.verifying_role)
    kept = {key: value for key, value in everything.objects.items() if key[0] in _OF_ALL}
    for key, value in scope.of(whole, project).objects.items():
        if key[0] in _OF_OWN:
            kept[key] = value
        elif _OWNER in value and key not in kept:
            # Its kind is in what it is called.
            kept[key] = {name: value[name] for name in ("kind", _OWNER) if name in value}
    return replace(everything, objects=kept)
