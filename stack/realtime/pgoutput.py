"""Decodes what the output plugin pgoutput sends (protocol version 1), one message at a time. No input or output.

The formats are in PostgreSQL's documentation, "Logical Replication Message Formats".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

Kind = Literal["INSERT", "UPDATE", "DELETE"]

# 2000-01-01 is the zero of PostgreSQL's clock.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_KINDS: dict[int, Kind] = {ord("I"): "INSERT", ord("U"): "UPDATE", ord("D"): "DELETE"}


class MalformedMessageError(Exception):
    """A message that this module cannot read."""


class _Unchanged:
    """The type of UNCHANGED."""


# A value stored out of line that the update did not touch; the stream does not repeat it.
UNCHANGED: Final = _Unchanged()
Value = str | None | _Unchanged


@dataclass(frozen=True)
class Relation:
    """A table as it was when the changes that follow were made. columns: each one's name and type's oid, in order.

    identity: "d" primary key, "f" the whole row, "i" an index, "n" nothing. keys: columns of the replica identity.
    """

    oid: int
    schema: str
    table: str
    identity: str
    columns: tuple[tuple[str, int], ...]
    keys: frozenset[str]


@dataclass(frozen=True)
class Commit:
    """The end of a transaction. position: where the log continues after it."""

    position: int


@dataclass(frozen=True)
class Change:
    """One row of a committed transaction, values as PostgreSQL's text, by column name.

    old: of an update or delete, what the replica identity tells; None where it tells nothing. An unchanged value stored
    out of line has the value of old, and is missing where old does not know it. xid: of the transaction, 32 bits.
    write: what the transaction was named by a message ahead of the change, if it was.
    """

    kind: Kind
    relation: Relation
    new: dict[str, str | None] | None
    old: dict[str, str | None] | None
    committed: datetime
    xid: int
    write: str | None = None


class Decoder:
    """Remembers the tables and the transaction that later messages refer to.

    naming: the prefix of the messages whose content names the transaction they are in.
    """

    def __init__(self, naming: str = "") -> None:
        self._naming = naming
        self._relations: dict[int, Relation] = {}
        self._committed = _EPOCH
        self._xid = 0
        self._write: str | None = None

    def decode(self, data: bytes) -> Change | Commit | None:
        """Return what a message says, None if it concerns only the decoder or is a truncation.

        Raises MalformedMessageError if it cannot be read.
        """
        try:
            return self._decode(_Reader(data))
        except (struct.error, IndexError, ValueError, KeyError, OverflowError) as error:
            raise MalformedMessageError(f"pgoutput sent a message that cannot be read: {error!r}") from error

    def _decode(self, reader: _Reader) -> Change | Commit | None:
        kind = reader.byte()
        if kind in _KINDS:
            return self._change(_KINDS[kind], reader)
        match chr(kind):
            case "B":
                reader.int64()
                self._committed = _EPOCH + timedelta(microseconds=reader.int64())
                self._xid = reader.uint32()
                self._write = None
            case "C":
                reader.byte()
                reader.int64()
                return Commit(reader.int64())
            case "R":
                relation = _relation(reader)
                self._relations[relation.oid] = relation
            case "M":
                self._message(reader)
            case "T" | "Y" | "O":
                # A truncation reaches no subscriber; types are looked up by oid; origins are not needed.
                pass
            case unknown:
                raise ValueError(f"unknown type {unknown!r}")
        return None

    def _message(self, reader: _Reader) -> None:
        transactional = reader.byte() & 1
        reader.int64()
        prefix, content = reader.string(), reader.bytes(reader.uint32())
        if transactional and prefix == self._naming:
            self._write = content.decode()

    def _change(self, kind: Kind, reader: _Reader) -> Change:
        relation = self._relations[reader.uint32()]
        tuples = {}
        while not reader.at_end:
            part = chr(reader.byte())
            tuples[part] = _row(relation, reader)
        new, old, key = tuples.get("N"), tuples.get("O"), tuples.get("K")
        if (kind == "DELETE") == (new is not None):
            raise ValueError(f"{kind} with {sorted(tuples)}")
        if key is not None:
            old = {name: value for name, value in key.items() if name in relation.keys}
        known = _known(old)
        if new is not None:
            new = {name: known.get(name, UNCHANGED) if value is UNCHANGED else value for name, value in new.items()}
        return Change(kind, relation, None if new is None else _known(new), known if old else None, *self._transaction)

    @property
    def _transaction(self) -> tuple[datetime, int, str | None]:
        return self._committed, self._xid, self._write


def _known(row: dict[str, Value] | None) -> dict[str, str | None]:
    return {name: value for name, value in (row or {}).items() if not isinstance(value, _Unchanged)}


def _relation(reader: _Reader) -> Relation:
    oid, schema, table = reader.uint32(), reader.string(), reader.string()
    identity = chr(reader.byte())
    columns, keys = [], []
    for _ in range(reader.uint16()):
        is_key, name, type_oid = reader.byte() & 1, reader.string(), reader.uint32()
        reader.uint32()
        columns.append((name, type_oid))
        if is_key:
            keys.append(name)
    # An empty name stands for pg_catalog.
    return Relation(oid, schema or "pg_catalog", table, identity, tuple(columns), frozenset(keys))


def _row(relation: Relation, reader: _Reader) -> dict[str, Value]:
    count = reader.uint16()
    if count != len(relation.columns):
        raise ValueError(f"a row of {count} values for {len(relation.columns)} columns")
    return {name: _value(reader) for name, _ in relation.columns}


def _value(reader: _Reader) -> Value:
    match chr(reader.byte()):
        case "n":
            return None
        case "u":
            return UNCHANGED
        case "t":
            return reader.bytes(reader.uint32()).decode()
        case other:
            raise ValueError(f"unknown value format {other!r}")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._data)

    def byte(self) -> int:
        return self.bytes(1)[0]

    def uint16(self) -> int:
        return int.from_bytes(self.bytes(2), "big")

    def uint32(self) -> int:
        return int.from_bytes(self.bytes(4), "big")

    def int64(self) -> int:
        return int.from_bytes(self.bytes(8), "big", signed=True)

    def string(self) -> str:
        end = self._data.index(b"\0", self._at)
        text = self._data[self._at : end].decode()
        self._at = end + 1
        return text

    def bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise ValueError(f"{end - len(self._data)} bytes are missing")
        part = self._data[self._at : end]
        self._at = end
        return part
