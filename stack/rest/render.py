"""A read plan as SQL. The database makes the JSON: what it sends is the body of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.conditions import field_sql, filter_sql
from stack.rest.names import conditions, is_about_embed
from stack.rest.plans import name_of
from stack.rest.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.rest.plans import EmbedPlan, ReadPlan
    from stack.rest.preferences import Shape
    from stack.rest.relations import Handler, Relation
    from stack.rest.sql import Values
    from stack.rest.syntax import Selected, Term

# The types that PostgreSQL's parser takes these words for; as quoted names they would mean nothing or something else.
_TYPE_NAMES = {
    "bigint": "int8",
    "bit varying": "varbit",
    "boolean": "bool",
    "character": "bpchar",
    "character varying": "varchar",
    "decimal": "numeric",
    "double precision": "float8",
    "float": "float8",
    "int": "int4",
    "integer": "int4",
    "real": "float4",
    "smallint": "int2",
    "time with time zone": "timetz",
    "timestamp with time zone": "timestamptz",
}


def rows_sql(plan: ReadPlan, values: Values, source: str, link: str | None = None) -> str:
    """Return the SELECT of a plan. values: receives its parameters.

    source: what to read, the relation or what stands for it. link: the condition that ties an embed to its parent.
    """
    shown = _shown(plan, values)
    select = ", ".join(f"{found} AS {quoted(name)}" if name else found for found, name, _ in shown)
    parts = [f"SELECT {select}", _from_sql(plan, plan.embeds, values, source, link)]
    if plan.aggregates and (grouped := [str(n) for n, (*_, whole) in enumerate(shown, 1) if not whole]):
        parts.append(f"GROUP BY {', '.join(grouped)}")
    if plan.order:
        parts.append("ORDER BY " + ", ".join(_term_sql(plan, term, values, source) for term in plan.order))
    if plan.limit is not None:
        parts.append(f"LIMIT {values.add(str(plan.limit))}")
    if plan.offset:
        parts.append(f"OFFSET {values.add(str(plan.offset))}")
    return " ".join(parts)


def counted_sql(plan: ReadPlan, values: Values, source: str) -> str:
    """Return a SELECT with one row for each row that there would be without limit and offset.

    What has to be embedded is asked for with EXISTS, as PostgREST does: the planner's guess depends on that.
    """
    return _counted_sql(plan, values, source, None)


def _counted_sql(plan: ReadPlan, values: Values, source: str, link: str | None) -> str:
    def embedded(embed: EmbedPlan) -> str:
        return f"EXISTS ({_counted_sql(embed.rows, values, *_source_and_link(embed, plan, source))})"

    wanted = [link] if link else []
    wanted += [filter_sql(plan, each, values, embedded) for each in plan.filters]
    wanted += [embedded(each) for each in plan.embeds if each.embed.inner]
    return f"SELECT 1 FROM {source} AS {plan.alias}" + (f" WHERE {' AND '.join(wanted)}" if wanted else "")


def body_sql(shape: Shape, each: str) -> str:
    """Return the SQL of a body that has this shape. each: one row or value, as SQL."""
    if shape.handler is not None:
        return _handled_sql(shape.handler, each)
    found = f"json_agg({each})"
    if shape.csv:
        names = f"(SELECT string_agg(name, ',') FROM json_object_keys(coalesce({found}->0, '{{}}')) AS name)"
        lines = f"string_agg(substr({each}::text, 2, length({each}::text) - 2), chr(10))"
        return f"coalesce({names}, '') || chr(10) || coalesce({lines}, '')"
    if shape.without_nulls:
        found = f"json_strip_nulls({found})"
    return f"coalesce({found}->0, 'null')" if shape.single else f"coalesce({found}, '[]')"


def _handled_sql(handler: Handler, each: str) -> str:
    """Return what a handler makes of rows. each: one row or value, as SQL."""
    if handler.function is None:
        return f"(array_agg({each}))[1]"
    row = each.removesuffix(".*")
    return f"{quoted(*handler.function)}({row}{f'::{quoted(*handler.of)}' if handler.of else ''})"


def table(relation: Relation) -> str:
    """Return a relation of an exposed schema as SQL."""
    return quoted(relation.schema, relation.name)


def _from_sql(plan: ReadPlan, embeds: Sequence[EmbedPlan], values: Values, source: str, link: str | None) -> str:
    parts = [f"FROM {source} AS {plan.alias}"]
    parts += [_join_sql(each, plan, values, source) for each in embeds]
    wanted = [link] if link else []
    wanted += [filter_sql(plan, each, values) for each in plan.filters]
    if wanted:
        parts.append("WHERE " + " AND ".join(wanted))
    return " ".join(parts)


def _filtered_sql(plan: ReadPlan, values: Values, source: str, link: str | None) -> str:
    asked = {each.field.name for each in conditions(plan.filters) if is_about_embed(plan, each)}
    needed = [each for each in plan.embeds if each.embed.inner or each.embed.name in asked]
    return _from_sql(plan, needed, values, source, link)


def _shown(plan: ReadPlan, values: Values) -> list[tuple[str, str | None, bool]]:
    """Return what is selected: as SQL, under which name (None: its own), and whether it is one value of all rows."""
    shown = [_selected_sql(plan, each, values) for each in plan.fields]
    # As jsonb, which orders the keys: as PostgREST shows what is embedded, and comparable where rows are grouped.
    for each in plan.embeds:
        if not each.is_shown:
            continue
        if each.embed.spread and each.way.to_one:
            shown.append((f"{each.alias}.*", None, False))
        elif each.embed.spread:
            shown += [(f"coalesce({each.alias}.{quoted(name)}, '[]')::jsonb", name, False) for name in each.names]
        elif each.way.to_one:
            shown.append((f"row_to_json({each.alias}.*)::jsonb", each.embed.name, False))
        else:
            shown.append((f"coalesce({each.alias}.items, '[]')::jsonb", each.embed.name, False))
    return shown


def _selected_sql(plan: ReadPlan, selected: Selected, values: Values) -> tuple[str, str | None, bool]:
    field = selected.field
    if selected.aggregate == "count" and field.name == "*":
        return _as(f"count({plan.alias})", selected.aggregate_cast), name_of(selected), True
    if field.name == "*":
        return f"{plan.alias}.*", None, False
    if field.name == "count" and not field.steps and "count" not in plan.relation.columns:
        # The one aggregate that Supabase answers: PostgreSQL reads table.count as count(table).
        return "count(*)", selected.alias or "count", True
    known = plan.relation.columns.get(field.name)
    found = field_sql(plan.relation, plan.alias, field, values)
    if known and known.shown and not field.steps and not selected.aggregate:
        found = f"{known.shown}({found})"
    found = _as(found, selected.cast)
    if selected.aggregate:
        return _as(f"{selected.aggregate}({found})", selected.aggregate_cast), name_of(selected), True
    return found, name_of(selected), False


def _as(found: str, cast: str | None) -> str:
    return f"CAST({found} AS {quoted(_TYPE_NAMES.get(cast.lower(), cast))})" if cast else found


def _term_sql(plan: ReadPlan, term: Term, values: Values, source: str) -> str:
    if term.embed is None:
        found = field_sql(plan.relation, plan.alias, term.field, values)
    else:
        embed = plan.embed(term.embed)
        field = field_sql(embed.rows.relation, embed.rows.alias, term.field, values)
        found = f"(SELECT {field} {_filtered_sql(embed.rows, values, *_source_and_link(embed, plan, source))})"
    direction = f" {term.direction.upper()}" if term.direction else ""
    nulls = f" NULLS {term.nulls.upper()}" if term.nulls else ""
    return found + direction + nulls


def _join_sql(embed: EmbedPlan, parent: ReadPlan, values: Values, source: str) -> str:
    kind = "INNER" if embed.embed.inner else "LEFT"
    rows = rows_sql(embed.rows, values, *_source_and_link(embed, parent, source))
    if embed.way.to_one:
        return f"{kind} JOIN LATERAL ({rows}) AS {embed.alias} ON true"
    spread = embed.names if embed.embed.spread else ()
    each = "".join(f", json_agg(i.{quoted(name)}) AS {quoted(name)}" for name in spread)
    items = f"SELECT json_agg(i.*) AS items{each} FROM ({rows}) AS i"
    condition = f"{embed.alias}.items IS NOT NULL" if embed.embed.inner else "true"
    return f"{kind} JOIN LATERAL ({items}) AS {embed.alias} ON {condition}"


def _source_and_link(embed: EmbedPlan, parent: ReadPlan, source: str) -> tuple[str, str | None]:
    way, child = embed.way, embed.rows.alias
    if way.function is not None:
        row = parent.alias
        if source != table(parent.relation):
            # Rows of a common table expression have no type, until they are given one.
            columns = ", ".join(f"{parent.alias}.{quoted(name)}" for name in parent.relation.columns)
            row = f"ROW({columns})"
        return f"{quoted(*way.function)}({row}::{table(parent.relation)})", None
    if way.junction is None:
        return table(embed.rows.relation), _equal(child, parent.alias, way.pairs)
    between = f"{child}_via"
    # EXISTS, so that a row that the junction names twice is there once.
    via = (
        f"{_equal_to(between, parent.alias, way.junction.source)} AND {_equal_to(between, child, way.junction.target)}"
    )
    return table(embed.rows.relation), f"EXISTS (SELECT FROM {quoted(*way.junction.table)} AS {between} WHERE {via})"


def _equal(child: str, parent: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return " AND ".join(f"{child}.{quoted(there)} = {parent}.{quoted(here)}" for here, there in pairs)


def _equal_to(between: str, other: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return " AND ".join(f"{between}.{quoted(here)} = {other}.{quoted(there)}" for here, there in pairs)
