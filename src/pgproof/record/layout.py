"""A catalog as TOML documents that a person reviews, and back: one file for each kind of thing.

A table's section holds its columns, constraints and indexes, a line each; its policies, triggers and rules follow in
sections of their own. An object that goes with another one than its schema says so by "belongs to".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pgproof.catalog import READING, Catalog
from pgproof.record import usual
from pgproof.record.scope import PLATFORM, schema_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pgproof.catalog import Key

Document = dict[str, dict[str, dict[str, Any]]]

# By kind, the file that it is written to; all other kinds go into _OTHERS.
_OTHERS = "database"
_FILES = {
    "cast": "types",
    "column": "tables",
    "constraint": "tables",
    "default privileges": "grants",
    "function": "functions",
    "grant": "grants",
    "index": "tables",
    "membership": "roles",
    "policy": "tables",
    "publication": "publications",
    "published schema": "publications",
    "published table": "publications",
    "role": "roles",
    "rule": "tables",
    "sequence": "sequences",
    "statistics": "tables",
    "subscription": "publications",
    "trigger": "tables",
    "type": "types",
}
_OF_RELATIONS = {"v": "views", "m": "views", "S": "sequences"}
FILES = tuple(sorted({*_FILES.values(), *_OF_RELATIONS.values(), PLATFORM.strip(), _OTHERS}))
# What is written with its table or type, and what stands between its name and theirs.
NESTED = {"column": ".", "constraint": " ", "index": "", "policy": " ", "rule": " ", "trigger": " "}
_HOSTS = ("relation", "type")
_BELONGS = "belongs to"
_GRANTED = (
    "column",
    "database",
    "foreign data wrapper",
    "foreign server",
    "function",
    "language",
    "relation",
    "schema",
    "type",
)
# What an object's line is, instead of a table of attributes, if nothing else is to be said of it.
_ONLY = {"grant": "privileges", "default privileges": "grants"}
_IN_THEIR_SCHEMA = ("function", "relation", "type")


def only_attribute(kind: str) -> str:
    """Return the attribute that stands for an object if it is the only one."""
    return _ONLY.get(kind, "definition")


def documents(catalog: Catalog) -> dict[str, Document]:
    """Return the documents by the names of their files, without suffix, each by kind and identity."""
    found: dict[str, Document] = {}
    nested: list[tuple[Key, Key]] = []
    for key in sorted(catalog.objects):
        host = _host(catalog, key)
        if host is not None:
            nested.append((key, host))
            continue
        kind, identity = key
        said = usual.written(kind, catalog.objects[key])
        parent = catalog.parents.get(key)
        if kind != "grant" and parent is not None and parent != _usual_parent(key):
            said[_BELONGS] = list(parent)
        found.setdefault(_file(catalog, key), {}).setdefault(kind, {})[identity] = said
    for key, host in nested:
        section = found[_file(catalog, host)][host[0]][host[1]]
        said = usual.written(key[0], catalog.objects[key])
        if key[0] == "index":
            del said["table"]
        section.setdefault(key[0], {})[_short(key, host)] = said
    for table, names in catalog.column_order.items():
        section = found[_file(catalog, ("relation", table))]["relation"][table]
        section["column"] = {name: section["column"][name] for name in names}
    return found


def catalog_of(found: Mapping[str, Document], major: int, reading: int = READING) -> Catalog:
    """Return the catalog that was written as these documents. Raises KeyError or TypeError if they are none."""
    objects: dict[Key, Mapping[str, Any]] = {}
    parents: dict[Key, Key] = {}
    order: dict[str, Sequence[str]] = {}
    for document in found.values():
        for kind, sections in document.items():
            for identity, section in sections.items():
                host = kind, identity
                said = dict(_expanded(kind, section))
                children = {each: said.pop(each) for each in NESTED if kind in _HOSTS and each in said}
                belongs: list[str] | None = said.pop(_BELONGS, None)
                parent = _usual_parent(host) if belongs is None else (belongs[0], belongs[1])
                objects[host] = usual.read(kind, said)
                if parent is not None:
                    parents[host] = parent
                for child, attributes in _children(host, children):
                    objects[child] = attributes
                    parents[child] = _parent_of_child(child, host, objects)
                if objects[host].get("kind") in {"r", "p", "f"} and kind == "relation":
                    order[identity] = tuple(children.get("column", {}))
    for key in [key for key in objects if key[0] == "grant"]:
        parents[key] = _granted(key, objects)
    named = frozenset(identity for kind, identity in objects if kind == "role")
    return Catalog(objects, parents, {table: names for table, names in order.items() if names}, major, named, reading)


def _host(catalog: Catalog, key: Key) -> Key | None:
    """Return the table or type with which an object is written, None if it has a section of its own."""
    if key[0] not in NESTED:
        return None
    host = ("relation", catalog.objects[key]["table"]) if key[0] == "index" else catalog.parents.get(key)
    return host if host is not None and host in catalog.objects and host[0] in _HOSTS else None


def _file(catalog: Catalog, key: Key) -> str:
    kind = key[0]
    if kind.startswith(PLATFORM) or catalog.parents.get(key, ("", ""))[0].startswith(PLATFORM):
        return PLATFORM.strip()
    if kind == "relation":
        return _OF_RELATIONS.get(catalog.objects[key]["kind"], "tables")
    return _FILES.get(kind, _OTHERS)


def _short(key: Key, host: Key) -> str:
    """Return the name of a nested object without that of its host; an index lies in the schema of its table."""
    before = f"{schema_in(host[1])}." if key[0] == "index" else host[1] + NESTED[key[0]]
    assert key[1].startswith(before), f"{key} is not named for {host}"
    return key[1].removeprefix(before)


def _children(host: Key, groups: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Key, dict[str, Any]]]:
    for kind, members in groups.items():
        before = f"{schema_in(host[1])}." if kind == "index" else host[1] + NESTED[kind]
        for name, said in members.items():
            more = {"table": host[1]} if kind == "index" else {}
            yield (kind, before + name), usual.read(kind, _expanded(kind, said)) | more


def _expanded(kind: str, said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {only_attribute(kind): said}


def _parent_of_child(child: Key, host: Key, objects: Mapping[Key, Any]) -> Key:
    """Return what a nested object goes with; the index of a key goes with the constraint of the same name."""
    if child[0] == "index":
        constraint = "constraint", f"{host[1]} {child[1].removeprefix(schema_in(host[1]) + '.')}"
        if constraint in objects:
            return constraint
    return host


def _usual_parent(key: Key) -> Key | None:
    """Return what an object goes with, as far as its identity says it."""
    kind, identity = key
    if kind in _IN_THEIR_SCHEMA:
        return "schema", schema_in(identity)
    if kind == "sequence":
        return "relation", identity
    if kind == "membership" and (found := re.fullmatch(r'of ("(?:[^"]|"")*"|[^" ]+) in .+', identity)):
        return "role", found[1]
    if kind == "default privileges" and (found := re.search(r" in schema (.+) on [a-z ]+$", identity)):
        return "schema", found[1]
    if kind == "published table" and (found := re.fullmatch(r'(?:"(?:[^"]|"")*"|[^" ]+) (.+)', identity)):
        return "relation", found[1]
    return None


def _granted(key: Key, objects: Mapping[Key, Any]) -> Key:
    """Return what a grant is on. Its identity is "KIND NAME to ROLE"."""
    what, _, _ = key[1].rpartition(" to ")
    kind = next(each for each in _GRANTED if what.startswith(f"{each} "))
    name = what.removeprefix(f"{kind} ")
    if (kind, name) in objects:
        return kind, name
    table = "platform table", name if kind == "relation" else name.rpartition(".")[0]
    if kind in {"relation", "column"} and table in objects:
        return table
    platform = f"{PLATFORM}{kind}", name
    return platform if platform in objects else (kind, name)
