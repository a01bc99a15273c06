"""The script that checks afterwards, on the real database, that all which the scripts change is as it must be.

It asks what diff asks: the queries of pgproof.catalog, for the kinds of objects that are concerned.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgproof import catalog as catalogs
from pgproof import scrub_sql
from pgproof.alignment import texts
from pgproof.catalog import connections, counting, differences, statements, wording
from pgproof.catalog.statements.aligned import bare
from pgproof.catalog.statements.aligned import literal as _standard
from pgproof.scripts.script import parse as split_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg

    from pgproof.alignment.steps import Alignment
    from pgproof.catalog import Catalog, Key
    from pgproof.catalog.differences import Difference

_QUERIES = Path(catalogs.__file__).with_name("sql")
_KIND = re.compile(r"^SELECT '([^']+)'", re.MULTILINE)
_COMMENTS = re.compile(r"^--.*\n", re.MULTILINE)
_NOT_ASKED = ("not modelled",)
# What is read besides the catalogs' query; see pgproof.catalog.connections.
_ELSEWHERE = (connections.CONNECTION, connections.PASSWORDS)
_LONG = 60
# The statuses of checks.
FAIL, NOT_CHECKED = "✗ FAIL", "? NOT CHECKED"
_SIDE = 0
_HEAD = """\
{asked}\
-- One result set; every row says ✓ PASS or ✗ FAIL, and where it fails, what to do; ? NOT CHECKED is what may hold a
-- secret, which no script shows. It only reads the system catalogs, and no table, so it takes no longer however many
-- rows there are. Run it in the SQL editor, or with psql -v ON_ERROR_STOP=1 -f validation.sql
"""
_QUERY = """\
BEGIN TRANSACTION READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '2s';
SET LOCAL quote_all_identifiers = off;
SET LOCAL standard_conforming_strings = on;

WITH
{scope},
there (kind, identity, attributes, parent_kind, parent) AS (
{kinds}
),
expected (position, name, kind, identity, is_wanted, attributes, shown, detail) AS (
  VALUES
{checks}
),
judged AS (
  SELECT e.position, e.name, e.detail, e.shown AS expected,
    CASE
      WHEN e.is_wanted THEN t.identity IS NOT NULL AND d.same
      WHEN NOT e.is_wanted THEN t.identity IS NULL
    END AS passed,
    CASE
      WHEN e.is_wanted IS NULL THEN 'not looked at' WHEN t.identity IS NULL THEN 'not there'
      WHEN e.is_wanted THEN d.actual ELSE 'there'
    END AS actual
  FROM expected e
  LEFT JOIN there t ON t.kind = e.kind AND t.identity = e.identity
  LEFT JOIN LATERAL (
    SELECT bool_and(c.same),
      CASE WHEN count(*) = 1 THEN left(min(c.text), {long}) ELSE coalesce(
        string_agg(c.name || ': ' || left(c.text, {long}), '; ' ORDER BY c.name) FILTER (WHERE NOT c.same),
        'there, as expected') END
    FROM (
      SELECT a.name, coalesce(f.value #>> '{{}}', 'none'), coalesce(f.value, 'null') = coalesce(a.value, 'null')
      FROM jsonb_each(e.attributes) AS a (name, value),
      LATERAL (
        -- What a script's mark says is no part of a comment.
        SELECT CASE WHEN a.name = 'comment' AND t.attributes ->> 'comment' LIKE {marked}
          THEN to_jsonb(substring(t.attributes ->> 'comment' FROM E'\\n(.+)')) ELSE t.attributes -> a.name END
      ) AS f (value)
    ) AS c (name, text, same)
  ) AS d (same, actual) ON e.is_wanted
)
SELECT
  name AS "check",
  CASE WHEN passed THEN '✓ PASS' WHEN passed IS NULL THEN '? NOT CHECKED' ELSE '✗ FAIL' END AS status,
  expected,
  actual,
  CASE WHEN passed THEN '' ELSE detail END AS detail
FROM judged
ORDER BY position;

COMMIT;
"""


@dataclass(frozen=True)
class Check:
    """One thing that has to be so. name: for a person. key: of the object in the catalog.

    attributes: those that are compared, None where there must be no such object. detail: what to do otherwise.
    """

    name: str
    key: Key
    attributes: Mapping[str, Any] | None
    detail: str
    is_open: bool = True


def script(alignment: Alignment, aligned: Catalog) -> str:
    """Return one read-only script with a line for each check. aligned: the catalog of the copy after the up scripts."""
    checks = list(_checks(alignment, aligned))
    change = f"making {alignment.b.place} like {alignment.a.place}"
    head = _HEAD.format(asked=texts.comment(f"Is this database as {change} makes it?"))
    if not checks:
        return f"{head}SELECT 'nothing was changed' AS \"check\", '✓ PASS' AS status;\n"
    kinds = sorted({each.key[0] for each in checks})
    schemas = _schemas(checks, alignment.b.catalog, aligned) if _are_in_schemas(kinds) else None
    return head + _QUERY.format(
        scope=_bound(_scope(), schemas),
        kinds="\n  UNION ALL\n".join(_bound(text, schemas) for text in _texts(kinds)),
        checks=",\n".join(f"    {_row(place, each)}" for place, each in enumerate(checks, 1)),
        long=_LONG,
        marked=_literal(f"{catalogs.MARK}%"),
    )


def run(session: psycopg.Connection[Any], text: str) -> list[tuple[str, str]]:
    """Run a validation script, and return the name and the status of each check. session: in autocommit mode."""
    found: list[tuple[str, str]] = []
    for statement in split_script(Path("validation.sql"), text).statements:
        rows = session.execute(statement.text.encode())
        found += [(row[0], row[1]) for row in (rows if rows.description else ())]
    return found


def _checks(alignment: Alignment, aligned: Catalog) -> Iterator[Check]:
    before = alignment.b.catalog
    named = before.named_roles | aligned.named_roles
    reading = min(before.reading, aligned.reading)
    made = counting.counted(aligned, reading, named)
    both = before, aligned
    for each in differences.between(before, aligned):
        key = each.catalog_kind, each.identity
        name, detail = f"{each.kind} {each.identity}", _detail(alignment, each, both)
        if each.only == 0:
            yield Check(name, key, None, detail)
        elif each.only is None:
            assert each.attribute is not None, "a change of one attribute"
            label = wording.LABELS.get((key[0], each.attribute), each.attribute)
            name = f"{name}: {label.removeprefix('secret ')}"
            attributes = _open({each.attribute: each.sides[1]})
            yield Check(name, key, attributes, detail, is_open=bool(attributes) and key[0] not in _NOT_ASKED)
        else:
            for part in (key, *_belonging(key, before, made)):
                name = f"{each.kind if part == key else part[0]} {part[1]}"
                attributes = _open(made.objects[part])
                yield Check(name, part, attributes, detail)
                for hidden in sorted(made.objects[part].keys() - attributes.keys()):
                    yield Check(f"{name}: {hidden.removeprefix('secret ')}", part, {}, detail, is_open=False)


def _belonging(key: Key, before: Catalog, made: Catalog) -> list[Key]:
    """Return what belongs to a new object, directly or not, and is new as well."""
    found = {key}
    while more := {each for each, parent in made.parents.items() if parent in found} - found:
        found |= more
    return sorted(
        each for each in (found - {key}) & made.objects.keys() - before.objects.keys() if each[0] not in _NOT_ASKED
    )


def _open(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that hold no secret."""
    return {
        name: value
        for name, value in attributes.items()
        if name not in _ELSEWHERE and not wording.is_secret(name) and _is_open(value)
    }


def _is_open(value: Any) -> bool:
    if isinstance(value, str):
        return scrub_sql.replaced(value) == value
    if isinstance(value, dict):
        return all(map(_is_open, value.values()))
    if isinstance(value, list):
        return all(not isinstance(each, str) or scrub_sql.option(each) == each for each in value)
    return True


def _detail(alignment: Alignment, difference: Difference, both: tuple[Catalog, Catalog]) -> str:
    """Return what to do where a check fails: the script that makes it so, and the statement."""
    identity = difference.identity
    by = [file.path for file in alignment.ups for step in file.steps if identity in (*step.names, step.relation)]
    offered = statements.aligning(difference, both, _SIDE)
    parts = [f"{by[0]} makes it so"] if by else ["run the scripts of up/ that are not applied yet, in their order"]
    if offered is not None and scrub_sql.replaced(offered) == offered:
        parts.append(f"by hand: {' '.join(offered.split())}" if len(offered) < 300 else "")
    return "; ".join(each for each in parts if each)


def _row(place: int, check: Check) -> str:
    kind, identity = check.key
    attributes = check.attributes
    if not check.is_open:
        shown = "compare it by hand"
    elif attributes is None:
        shown = "not there"
    elif len(attributes) == 1:
        (value,) = attributes.values()
        shown = _shown(value)
    else:
        shown = "there, as expected"
    texts = ", ".join(map(_literal, (check.name, kind, identity)))
    values = (
        "'{}'" if attributes is None else _literal(json.dumps(dict(attributes), ensure_ascii=False, sort_keys=True))
    )
    wanted = "NULL::boolean" if not check.is_open else "false" if attributes is None else "true"
    return f"({place}, {texts}, {wanted}, {values}::jsonb, {_literal(shown)}, {_literal(check.detail)})"


def _shown(value: Any) -> str:
    text = "none" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_LONG]


def _literal(text: str) -> str:
    """Return a text as a string constant that reads alike whatever standard_conforming_strings says.

    The SQL editor sends the whole script at once, so that it is read before its first statement has run.
    """
    return f"E{_standard(text).replace(chr(92), chr(92) * 2)}" if "\\" in text else _standard(text)


@cache
def _files() -> tuple[tuple[str, frozenset[str], str], ...]:
    """Return the queries of the catalog: their folder, the kinds of objects that they read, their text."""
    paths = [path for folder in ("core", "rest") for path in sorted((_QUERIES / folder).glob("*.sql"))]
    texts = [(path.parent.name, path.read_text(encoding="utf-8")) for path in paths]
    return tuple((folder, frozenset(_KIND.findall(text)), _COMMENTS.sub("", text).rstrip()) for folder, text in texts)


def _texts(kinds: Sequence[str]) -> list[str]:
    return [text for _, own, text in _files() if own & set(kinds)]


def _are_in_schemas(kinds: Sequence[str]) -> bool:
    return all(folder == "core" for folder, own, _ in _files() if own & set(kinds))


def _scope() -> str:
    return _COMMENTS.sub("", (_QUERIES / "scope.sql").read_text(encoding="utf-8")).rstrip()


def _bound(text: str, schemas: Sequence[str] | None) -> str:
    """Return a query of the catalog for some schemas, None for all. It has no place but these two for a number."""
    listed = "NULL" if schemas is None else f"ARRAY[{', '.join(map(_literal, schemas))}]"
    # What the second place is for concerns no kind that is asked. It comes first: a schema may be called anything.
    return text.replace("$2", "NULL").replace("$1", listed)


def _schemas(checks: Sequence[Check], *both: Catalog) -> list[str] | None:
    """Return the schemas of what is checked, None if one of it is outside of them."""
    found = set()
    for check in checks:
        key: Key | None = check.key
        while key is not None and key[0] != "schema":
            key = next((each.parents[key] for each in both if key in each.parents), None)
        if key is None:
            return None
        found.add(bare(key[1]))
    return sorted(found)
