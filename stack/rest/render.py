"""A read plan as SQL. The database makes the JSON: what it sends is the body of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stack.rest.catalog import SCHEMA
from stack.rest.conditions import field_sql, filter_sql
from stack.rest.plan import conditions, is_about_embed
from stack.rest.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stack.rest.plan import EmbedPlan, ReadPlan
    from stack.rest.preferences import Shape
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
    parts = [f"SELECT {_select_list(plan, values)}", _from_sql(plan, plan.embeds, values, source, link)]
    if plan.order:
        parts.append("ORDER BY " + ", ".join(_term_sql(plan, term, values) for term in plan.order))
    if plan.limit is not None:
        parts.append(f"LIMIT {values.add(str(plan.limit))}")
    if plan.offset:
        parts.append(f"OFFSET {values.add(str(plan.offset))}")
    return " ".join(parts)


def counted_sql(plan: ReadPlan, values: Values, source: str) -> str:
    """Return a SELECT with one row for each row that there would be without limit and offset."""
    return "SELECT 1 " + _filtered_sql(plan, values, source, None)


def body_sql(shape: Shape, each: str) -> str:
    """Return the SQL of a body that has this shape. each: one row or value, as SQL."""
    found = f"json_agg({each})"
    if shape.without_nulls:
        found = f"json_strip_nulls({found})"
    return f"coalesce({found}->0, 'null')" if shape.single else f"coalesce({found}, '[]')"


def table(name: str) -> str:
    """Return a relation of the exposed schema as SQL."""
    return quoted(SCHEMA, name)


def _from_sql(plan: ReadPlan, embeds: Sequence[EmbedPlan], values: Values, source: str, link: str | None) -> str:
    parts = [f"FROM {source} AS {plan.alias}"]
    parts += [_join_sql(each, plan.alias, values) for each in embeds]
    wanted = [link] if link else []
    wanted += [filter_sql(plan, each, values) for each in plan.filters]
    if wanted:
        parts.append("WHERE " + " AND ".join(wanted))
    return " ".join(parts)


def _filtered_sql(plan: ReadPlan, values: Values, source: str, link: str | None) -> str:
    asked = {each.field.name for each in conditions(plan.filters) if is_about_embed(plan, each)}
    needed = [each for each in plan.embeds if each.embed.inner or each.embed.name in asked]
    return _from_sql(plan, needed, values, source, link)


def _select_list(plan: ReadPlan, values: Values) -> str:
    shown = [_selected_sql(plan, each, values) for each in plan.fields]
    for each in plan.embeds:
        if not each.is_shown:
            continue
        if each.embed.spread:
            shown.append(f"{each.alias}.*")
        elif each.way.to_one:
            shown.append(f"row_to_json({each.alias}.*) AS {quoted(each.embed.name)}")
        else:
            shown.append(f"coalesce({each.alias}.items, '[]') AS {quoted(each.embed.name)}")
    return ", ".join(shown)


def _selected_sql(plan: ReadPlan, selected: Selected, values: Values) -> str:
    field = selected.field
    if field.name == "*":
        return f"{plan.alias}.*"
    if field.name == "count" and not field.steps and "count" not in plan.relation.columns:
        # The one aggregate that Supabase answers: PostgreSQL reads table.count as count(table).
        return f"count(*) AS {quoted(selected.alias or 'count')}"
    name = selected.alias or field.name
    if field.steps and not selected.alias:
        name = next((step.key for step in reversed(field.steps) if isinstance(step.key, str)), field.name)
    found = field_sql(plan.relation, plan.alias, field, values)
    if selected.cast:
        found = f"CAST({found} AS {quoted(_TYPE_NAMES.get(selected.cast.lower(), selected.cast))})"
    return f"{found} AS {quoted(name)}"


def _term_sql(plan: ReadPlan, term: Term, values: Values) -> str:
    if term.embed is None:
        found = field_sql(plan.relation, plan.alias, term.field, values)
    else:
        embed = plan.embed(term.embed)
        field = field_sql(embed.rows.relation, embed.rows.alias, term.field, values)
        found = f"(SELECT {field} {_filtered_sql(embed.rows, values, *_source_and_link(embed, plan.alias))})"
    direction = f" {term.direction.upper()}" if term.direction else ""
    nulls = f" NULLS {term.nulls.upper()}" if term.nulls else ""
    return found + direction + nulls


def _join_sql(embed: EmbedPlan, parent: str, values: Values) -> str:
    kind = "INNER" if embed.embed.inner else "LEFT"
    rows = rows_sql(embed.rows, values, *_source_and_link(embed, parent))
    if embed.way.to_one:
        return f"{kind} JOIN LATERAL ({rows}) AS {embed.alias} ON true"
    items = f"SELECT json_agg(i.*) AS items FROM ({rows}) AS i"
    condition = f"{embed.alias}.items IS NOT NULL" if embed.embed.inner else "true"
    return f"{kind} JOIN LATERAL ({items}) AS {embed.alias} ON {condition}"


def _source_and_link(embed: EmbedPlan, parent: str) -> tuple[str, str]:
    way, child = embed.way, embed.rows.alias
    if way.junction is None:
        return table(way.target), _equal(child, parent, way.pairs)
    between = f"{child}_via"
    # EXISTS, so that a row that the junction names twice is there once.
    via = f"{_equal_to(between, parent, way.junction.source)} AND {_equal_to(between, child, way.junction.target)}"
    return table(way.target), f"EXISTS (SELECT FROM {table(way.junction.table)} AS {between} WHERE {via})"


def _equal(child: str, parent: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return " AND ".join(f"{child}.{quoted(there)} = {parent}.{quoted(here)}" for here, there in pairs)


def _equal_to(between: str, other: str, pairs: tuple[tuple[str, str], ...]) -> str:
    return " AND ".join(f"{between}.{quoted(here)} = {other}.{quoted(there)}" for here, there in pairs)
