"""`--loads N` loads the page so many times in tests/e2e/test_loads.py; how each load went stands in the output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table of a run that asked for it; a failure's own message holds the table as well."""
    if not config.option.loads:
        return
    from connect.scenario.loads import Load, table

    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, facts in report.user_properties:
            if name == "loads":
                terminalreporter.section(f"{len(facts)} loads of the page: {report.nodeid}")
                for line in table(
                    [
                        Load(each["load"], _s(each["to_list_ms"]), _s(each["to_live_ms"]), each["waited_for"])
                        for each in facts
                    ]
                ):
                    terminalreporter.write_line(line)


def _s(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
