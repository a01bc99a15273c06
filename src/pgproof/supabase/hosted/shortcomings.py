"""What a stand-in lacks of its extension, told from what a script gets wrong by the server's words.

A name in a schema that is the extension's alone, and what stand_ins.toml says of its types, functions and operators,
may be there in the real one; anything else is the script's affair.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgproof.supabase.hosted import stand_ins

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pgproof.supabase.hosted.stand_ins import StandIn


def told(message: str, used: Collection[str]) -> str | None:
    """Return in a sentence what a stand-in lacks, None if the server's message is about something else.

    used: the extensions whose stand-ins the scripts meet.
    """
    for name in sorted(used):
        one = stand_ins.known().get(name)
        if one is not None and _lacks(message, one):
            return f"the stand-in of {name} may lack what the real one has ({message}): {stand_ins.REAL}"
    return None


def _lacks(message: str, one: StandIn) -> bool:
    for pattern, judged in _JUDGED.items():
        if found := pattern.match(message):
            return judged(found, one)
    return False


def _function(found: re.Match[str], one: StandIn) -> bool:
    schema, _, name = found["name"].replace('"', "").rpartition(".")
    own = any(re.fullmatch(pattern, name) for pattern in one.functions) and schema in ("", "public", "extensions")
    given = {_plain(each) for each in (found["given"] or "").split(",")}
    return schema in one.schemas or (own and (not one.types or bool({*one.types, "bit", "unknown"} & given)))


def _operator(found: re.Match[str], one: StandIn) -> bool:
    operands = {_plain(found["left"]), _plain(found["right"])}
    of_bits = "bit" in operands and found["name"] in ("<~>", "<%>")
    return found["name"] in one.operators and (of_bits or bool(set(one.types) & operands))


def _cast(found: re.Match[str], one: StandIn) -> bool:
    types = [_plain(each) for each in found.groups() if each]
    return any(each in one.types for each in types) and all(each in one.types or _LIST.search(each) for each in types)


def _type(found: re.Match[str], one: StandIn) -> bool:
    return _plain(found["type"]) in one.types


def _class(found: re.Match[str], one: StandIn) -> bool:
    return _plain(found["name"]) in one.classes


def _in_a_schema(found: re.Match[str], one: StandIn) -> bool:
    return found["name"].rpartition(".")[0] in one.schemas


def _plain(name: str) -> str:
    """Return a type's name without its schema."""
    return name.strip().replace('"', "").rpartition(".")[2]


# How PostgreSQL says it: undefined_function, undefined_object, cannot_coerce, datatype_mismatch.
_JUDGED: dict[re.Pattern[str], Callable[[re.Match[str], StandIn], bool]] = {
    re.compile(
        r"(?:function|procedure|aggregate) (?P<name>[^()]+?)(?:\((?P<given>.*)\))? (?:does not exist|is not unique)"
    ): _function,
    re.compile(r"operator does not exist: (?P<left>.+?) (?P<name>[-+*/<>=~!@#%^&|`?]+) (?P<right>[^(]+)"): _operator,
    re.compile(r"cannot cast type (.+?) to ([^(]+)"): _cast,
    re.compile(r'column "[^"]+" is of type (.+?) but expression is of type ([^(]+)'): _cast,
    re.compile(r'column "[^"]+" cannot be cast automatically to type ([^(]+)'): _cast,
    re.compile(r"could not identify an ordering operator for type (?P<type>[^(]+)"): _type,
    re.compile(r'data type (?P<type>\S+) has no default operator class for access method "btree"'): _type,
    re.compile(r'operator class "(?P<name>[^"]+)" does not exist'): _class,
    re.compile(r'type "(?P<name>[^"]+)" does not exist'): _in_a_schema,
}
_LIST = re.compile(r"\[\]$")
