"""Loads the fixture modules that only some folders need; a schema run does not pay for the browser's."""

from __future__ import annotations

import pytest

from pgproof.plugin import folders

_FOR = ("e2e", "mutation", "harness")
MODULES = (
    "tests.mutation.fix_mutants",
    "tests.mutation.fix_criteria",
    "tests.mutation.fix_faults",
    "tests.fix_stacks",
    "tests.stack.realtime.fix_sockets",
    "tests.pgproof.alignment.fix_aligned",
    "tests.pgproof.alignment.fix_tried",
    "tests.pgproof.browser.fix_sites",
    "tests.pgproof.browser.fix_guarded",
    "tests.pgproof.catalog.fix_corpus",
    "tests.pgproof.lints.fix_lints",
    "tests.pgproof.migrations.fix_written",
    "tests.pgproof.package.fix_installed",
    "tests.pgproof.postgres.fix_docker",
    "tests.e2e.fix_browsers",
    "tests.e2e.fix_failures",
    "tests.e2e.fix_headlines",
    "tests.e2e.fix_loads",
    "tests.e2e.fix_scenarios",
    "tests.e2e.fix_network",
    "tests.stack.web.fix_windows",
    "tests.stack.auth.fix_sign_in",
    "tests.stack.clients.fix_clients",
    "tests.stack.rest.fix_rest",
    "tests.connect.projects.fix_projects",
    "tests.connect.scenario.fix_own_pages",
)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if folders.in_scope(config, markers=_FOR):
        for module in MODULES:
            config.pluginmanager.import_plugin(module)
