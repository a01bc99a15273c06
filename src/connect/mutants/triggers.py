"""Mutants of each trigger: dropped, disabled, for replication only, at another time, never; and of further ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connect.mutants import mutant, parity, validation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connect.mutants import Mutant
    from pgproof.catalog import Catalog

_OTHER_TIME = {"BEFORE INSERT": "AFTER INSERT", "AFTER INSERT": "BEFORE INSERT"}
_ADDED = {
    "trigger": "CREATE TRIGGER added BEFORE INSERT ON public.chat_messages"
    " FOR EACH ROW EXECUTE FUNCTION public.update_chat_last_message_at()",
    "rule": "CREATE RULE added AS ON DELETE TO public.chat_messages DO INSTEAD NOTHING",
}


def mutants(catalog: Catalog, checks: frozenset[str]) -> Iterator[Mutant]:
    """Yield mutants named trigger-NAME-dropped, -disabled, -replica, -time, -never, and trigger-added, rule-added.

    checks: the names of the rows of 004.
    """
    for identity, trigger in catalog.of_kind("trigger").items():
        table, name = identity.split(" ")
        assert f"trigger {name}" in checks, f"004 says nothing of trigger {name}"
        definition = trigger["definition"]
        again = f"DROP TRIGGER {name} ON {table}; "
        time = next(each for each in _OTHER_TIME if each in definition)
        changes = {
            "dropped": again,
            "disabled": f"ALTER TABLE {table} DISABLE TRIGGER {name}",
            "replica": f"ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",
            "time": again + definition.replace(time, _OTHER_TIME[time]),
            "never": again + definition.replace(" EXECUTE ", " WHEN (false) EXECUTE "),
        }
        for what, change in changes.items():
            yield mutant(
                f"trigger-{name}-{what}",
                change,
                f"tests/schema/own_baseline/test_triggers.py::test_trigger_fires_as_declared[{{env}}-{name}]",
                f"tests/schema/test_triggers.py::test_trigger_fires[{{env}}-{name}]",
                validation(f"trigger {name}"),
                parity("trigger"),
            )
    for kind, change in _ADDED.items():
        meddling = (
            f"tests/schema/own_baseline/test_triggers.py::test_nothing_else_meddles_with_messages[{{env}}-{kind}]"
        )
        criterion = ["tests/schema/test_triggers.py::test_no_rule_replaces_a_write[{env}]"] if kind == "rule" else []
        yield mutant(f"{kind}-added", change, meddling, *criterion, parity(kind))
