"""What must happen when a message is written: triggers fire, nothing happens instead, and realtime hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from connect.guide.functions import FUNCTIONS
from connect.schema import SCHEMA

if TYPE_CHECKING:
    from pgproof.catalog import Catalog

_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER \S+ (?P<timing>BEFORE|AFTER|INSTEAD OF) (?P<events>.*?) ON \S+ .*?"
    r"FOR EACH (?P<level>ROW|STATEMENT)(?: WHEN \((?P<condition>.*)\))? EXECUTE FUNCTION (?P<calls>\S+\(.*\))"
)
_ENABLED = "O"
# A condition that leaves out only messages that bring their seq along, as an import does.
_WITHOUT_SEQ = "(new.seq IS NULL)"
_NEVER = "false"
# A trigger that calls one of the five is known by that, another one by its name.
GUIDE_CALLS = {f"{function.name}()" for function in FUNCTIONS.values()}

TRIGGERS = {name: (f"public.{table}", trigger) for table, name, trigger in SCHEMA.of_tables("triggers")}


def trigger(catalog: Catalog, name: str) -> str | None:
    """Return what is wrong with one of the two triggers; that of the seq is known by its function, not by its name."""
    table, declared = TRIGGERS[name]
    counts = declared.calls in GUIDE_CALLS
    wrong = "missing"
    for identity, attributes in catalog.of_kind("trigger").items():
        on, _, own_name = identity.partition(" ")
        found = _TRIGGER.fullmatch(attributes["definition"])
        if on != table or found is None or (found["calls"] != declared.calls if counts else own_name != name):
            continue
        timing, event = declared.when.split(" ")
        condition = found["condition"]
        if attributes["enabled"] != _ENABLED:
            wrong = f"{own_name} is not enabled for ordinary sessions"
        elif found["timing"] != timing or event not in found["events"].split(" OR "):
            wrong = f"{own_name} fires {found['timing']} {found['events']}, not {declared.when}"
        elif counts and found["level"] != "ROW":
            wrong = f"{own_name} does not fire for each row"
        elif condition == _NEVER or (counts and condition not in (None, _WITHOUT_SEQ)):
            wrong = f"{own_name} fires only WHEN {condition}"
        else:
            return None
    return wrong


def replacing_rules(catalog: Catalog) -> list[str]:
    """Return the rules that do something else instead of a write to a messaging table."""
    tables = {f"public.{table}" for table in SCHEMA.tables}
    return sorted(
        identity
        for identity, rule in catalog.of_kind("rule").items()
        if identity.split(" ")[0] in tables and " DO INSTEAD " in rule["definition"] and rule["enabled"] != "D"
    )


def published(catalog: Catalog, table: str) -> str | None:
    """Return what of a messaging table does not reach realtime: some rows, some columns, or everything."""
    found = catalog.get("published table", f"{SCHEMA.publication} public.{table}")
    if not found:
        return "not published"
    if found["rows"] is not None:
        return f"only rows where {found['rows']}"
    # With replica identity FULL every column has to be in a list.
    columns = {
        name.rsplit(".", 1)[1].strip('"')
        for name, column in catalog.of_kind("column").items()
        if name.rpartition(".")[0] == f"public.{table}" and not column["generated"]
    }
    left_out = sorted(columns - set(found["columns"]))
    return f"without the columns {', '.join(left_out)}, so that an update or delete fails" if left_out else None
