"""How relations are related, by foreign keys and by functions, and which relationship an embed means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stack.rest.unknown import ambiguous_relationship, no_relationship

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from stack.rest.relations import ComputedRelationship, ForeignKey, Name, Relation

Cardinality = Literal["many-to-one", "one-to-many", "one-to-one", "many-to-many"]
# As PostgREST sorts them where a person has to choose (its module SchemaCache.Relationship).
_IN_ORDER: tuple[Cardinality, ...] = ("one-to-many", "many-to-one", "one-to-one", "many-to-many")
# Each pair is a column of one side and the column of the other side that it equals.
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Junction:
    """The table between two others, with its two foreign keys. source, target: pairs of its column and theirs."""

    table: Name
    source_key: str
    target_key: str
    source: Pairs
    target: Pairs


@dataclass(frozen=True)
class Relationship:
    """One way from a relation to another. pairs: column of source and column of target; none through a junction.

    function: gives the rows of target for a row of source, if no key does. to_view: target is a view.
    """

    cardinality: Cardinality
    source: str
    target: str
    constraint: str
    pairs: Pairs = ()
    junction: Junction | None = None
    function: Name | None = None
    to_view: bool = False

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
        return f"{self.target}!{self.junction.table[1] if self.junction else self.constraint}"

    def described(self) -> dict[str, str]:
        """Return what PGRST201 tells a person who has to choose: {embedding, cardinality, relationship}."""
        if self.junction:
            via = self.junction
            sides = [
                f"{key}({', '.join(column for column, _ in pairs)})"
                for key, pairs in ((via.source_key, via.source), (via.target_key, via.target))
            ]
            how = f"{via.table[1]} using {sides[0]} and {sides[1]}"
        else:
            columns = ", ".join(column for column, _ in self.pairs)
            targets = ", ".join(column for _, column in self.pairs)
            how = f"{self.constraint} using {self.source}({columns}) and {self.target}({targets})"
        return {
            "embedding": f"{self.source} with {self.target}",
            "cardinality": self.cardinality,
            "relationship": how,
        }


def relationships(
    relations: Mapping[Name, Relation],
    keys: Sequence[ForeignKey],
    primary: Mapping[Name, tuple[str, ...]],
    computed: Iterable[ComputedRelationship],
) -> dict[Name, tuple[Relationship, ...]]:
    """Return all relationships, in both directions, by the relation they start from.

    Both ends are in one schema. relations: of the exposed schemas. keys, primary: of all relations.
    """
    found: dict[Name, tuple[Relationship, ...]] = {}
    for source, each in (*_direct(relations, keys), *_through_junctions(relations, keys, primary)):
        found[source] = (*found.get(source, ()), each)
    for one in computed:
        if one.target in relations and one.source[0] == one.target[0]:
            name = one.function[1]
            cardinality: Cardinality = "many-to-one" if one.single else "one-to-many"
            each = Relationship(cardinality, one.source[1], one.target[1], name, function=one.function)
            # It stands in the place of one by a foreign key to the relation of its name.
            others = [other for other in found.get(one.source, ()) if other.function or other.target != name]
            found[one.source] = (*others, each)
    return found


def find(
    known: Mapping[Name, tuple[Relationship, ...]], schema: str, source: str, target: str, hint: str | None
) -> Relationship:
    """Return the relationship that an embed means. Raises ApiError if there is none, or more than one.

    target: how the embed is called: a relation, column, constraint or function. hint: what follows its "!".
    """
    ways = known.get((schema, source), ())
    found = [each for each in ways if _is_meant(each, target, hint)]
    if not found:
        parents = [name for space, name in known if space == schema]
        raise no_relationship(schema, source, target, hint, parents=parents, children=[each.target for each in ways])
    if len(found) > 1:
        found.sort(key=lambda each: (_IN_ORDER.index(each.cardinality), each.constraint, each.pairs))
        raise ambiguous_relationship(
            source, target, [each.described() for each in found], [each.hint for each in found]
        )
    return found[0]


def _direct(relations: Mapping[Name, Relation], keys: Iterable[ForeignKey]) -> Iterator[tuple[Name, Relationship]]:
    for key in keys:
        if key.table not in relations or key.target not in relations or key.table[0] != key.target[0]:
            continue
        here, there = relations[key.table], relations[key.target]
        pairs = tuple(zip(key.columns, key.target_columns, strict=True))
        back = tuple((there, here) for here, there in pairs)
        to_one: Cardinality = "one-to-one" if key.unique else "many-to-one"
        to_many: Cardinality = "one-to-one" if key.unique else "one-to-many"
        yield key.table, Relationship(to_one, here.name, there.name, key.name, pairs, to_view=there.view)
        yield key.target, Relationship(to_many, there.name, here.name, key.name, back, to_view=here.view)


def _through_junctions(
    relations: Mapping[Name, Relation],
    keys: Sequence[ForeignKey],
    primary: Mapping[Name, tuple[str, ...]],
) -> Iterator[tuple[Name, Relationship]]:
    by_table: dict[Name, list[ForeignKey]] = {}
    for key in keys:
        # A key that is unique by itself is no junction's, and what is not exposed does not count.
        if key.table in relations and not key.unique:
            by_table.setdefault(key.table, []).append(key)
    for table, together in by_table.items():
        for one in together:
            for other in together:
                if one.name == other.name or not {*one.columns, *other.columns} <= set(primary.get(table, ())):
                    continue
                if one.target not in relations or other.target not in relations or one.target[0] != other.target[0]:
                    continue
                junction = Junction(
                    table,
                    one.name,
                    other.name,
                    tuple(zip(one.columns, one.target_columns, strict=True)),
                    tuple(zip(other.columns, other.target_columns, strict=True)),
                )
                yield (
                    one.target,
                    Relationship(
                        "many-to-many",
                        one.target[1],
                        other.target[1],
                        table[1],
                        junction=junction,
                        to_view=relations[other.target].view,
                    ),
                )


def _is_meant(each: Relationship, target: str, hint: str | None) -> bool:
    if each.function is not None:
        return target == each.constraint
    column, other = each.pairs[0] if len(each.pairs) == 1 else (None, None)
    if each.recursive:
        # The table's name means the rows that refer to this one; the column's, the row that this one refers to.
        many = each.cardinality == "one-to-many" and target == each.target
        if hint is None:
            return many or (each.cardinality == "many-to-one" and target == column)
        return many and hint == other
    if hint is None:
        by_key = target == column or (each.junction is None and target == each.constraint)
        return target == each.target or (by_key and not each.to_view)
    return target == each.target and hint in (
        each.junction.table[1] if each.junction else each.constraint,
        column,
        other,
    )
