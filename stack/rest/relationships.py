"""How relations are related by foreign keys, and which of these relationships an embed means, as in PostgREST."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stack.rest.errors import ambiguous_relationship, no_relationship

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from stack.rest.relations import ForeignKey, Relation

Cardinality = Literal["many-to-one", "one-to-many", "one-to-one", "many-to-many"]
# Each pair is a column of one side and the column of the other side that it equals.
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Junction:
    """The table between two others, with its two foreign keys. source, target: pairs of its column and theirs."""

    table: str
    source_key: str
    target_key: str
    source: Pairs
    target: Pairs


@dataclass(frozen=True)
class Relationship:
    """One way from a relation to another. pairs: column of source and column of target; none through a junction."""

    cardinality: Cardinality
    source: str
    target: str
    constraint: str
    pairs: Pairs = ()
    junction: Junction | None = None

    @property
    def to_one(self) -> bool:
        """Whether a row of source has at most one row of target."""
        return self.cardinality in ("many-to-one", "one-to-one")

    @property
    def recursive(self) -> bool:
        """Whether the relation is related to itself."""
        return self.source == self.target

    @property
    def hint(self) -> str:
        """How to write an embed so that it means this one: "target!constraint", or the junction's name."""
        return f"{self.target}!{self.junction.table if self.junction else self.constraint}"

    def described(self) -> dict[str, str]:
        """Return what PGRST201 tells a person who has to choose: {embedding, cardinality, relationship}."""
        if self.junction:
            via = self.junction
            sides = [
                f"{key}({', '.join(column for column, _ in pairs)})"
                for key, pairs in ((via.source_key, via.source), (via.target_key, via.target))
            ]
            how = f"{via.table} using {sides[0]} and {sides[1]}"
        else:
            columns = ", ".join(column for column, _ in self.pairs)
            targets = ", ".join(column for _, column in self.pairs)
            how = f"{self.constraint} using {self.source}({columns}) and {self.target}({targets})"
        return {
            "embedding": f"{self.source} with {self.target}",
            "cardinality": self.cardinality,
            "relationship": how,
        }


def relationships(relations: Mapping[str, Relation], keys: Sequence[ForeignKey]) -> dict[str, tuple[Relationship, ...]]:
    """Return all relationships, in both directions, by the relation they start from."""
    found: dict[str, tuple[Relationship, ...]] = {}
    for each in (*_direct(relations, keys), *_through_junctions(relations, keys)):
        found[each.source] = (*found.get(each.source, ()), each)
    return found


def find(known: Mapping[str, tuple[Relationship, ...]], source: str, target: str, hint: str | None) -> Relationship:
    """Return the relationship that an embed means. Raises ApiError if there is none, or more than one.

    target: how the embed is called: a relation, column or constraint. hint: what follows its "!".
    """
    found = [each for each in known.get(source, ()) if _is_meant(each, target, hint)]
    if not found:
        raise no_relationship(source, target, hint)
    if len(found) > 1:
        raise ambiguous_relationship(
            source, target, [each.described() for each in found], [each.hint for each in found]
        )
    return found[0]


def _direct(relations: Mapping[str, Relation], keys: Iterable[ForeignKey]) -> list[Relationship]:
    found: list[Relationship] = []
    for key in keys:
        pairs = tuple(zip(key.columns, key.target_columns, strict=True))
        back = tuple((there, here) for here, there in pairs)
        unique = frozenset(key.columns) in relations[key.table].unique_keys
        to_one: Cardinality = "one-to-one" if unique else "many-to-one"
        to_many: Cardinality = "one-to-one" if unique else "one-to-many"
        found.append(Relationship(to_one, key.table, key.target, key.name, pairs))
        found.append(Relationship(to_many, key.target, key.table, key.name, back))
    return found


def _through_junctions(relations: Mapping[str, Relation], keys: Sequence[ForeignKey]) -> list[Relationship]:
    found: list[Relationship] = []
    for one in keys:
        for other in keys:
            primary = set(relations[one.table].primary_key)
            if one is other or one.table != other.table or not primary >= {*one.columns, *other.columns}:
                continue
            junction = Junction(
                one.table,
                one.name,
                other.name,
                tuple(zip(one.columns, one.target_columns, strict=True)),
                tuple(zip(other.columns, other.target_columns, strict=True)),
            )
            found.append(Relationship("many-to-many", one.target, other.target, one.table, junction=junction))
    return found


def _is_meant(each: Relationship, target: str, hint: str | None) -> bool:
    column, other = each.pairs[0] if len(each.pairs) == 1 else (None, None)
    if each.recursive:
        # The table's name means the rows that refer to this one; the column's, the row that this one refers to.
        many = each.cardinality == "one-to-many" and target == each.target
        if hint is None:
            return many or (each.cardinality == "many-to-one" and target == column)
        return many and hint == other
    if hint is None:
        return target in (each.target, column) or (each.junction is None and target == each.constraint)
    return target == each.target and hint in (each.constraint, column, other)
