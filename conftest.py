"""The front door: every fixture lives in one of these modules, or in one that `fix_scoped` loads."""

import pytest

from pgproof.plugin import MODULES

pytest_plugins = (
    "pgproof.plugin.gc",
    *MODULES,
    "tests.fix_folders",
    "tests.fix_connect",
    "tests.fix_runs",
    "tests.security.fix_actors",
    "tests.security.fix_debt",
    "tests.functions.fix_chats",
    "tests.functions.fix_together",
    "tests.migration.fix_rehearsals",
    "tests.fix_scoped",
)


def pytest_configure(config: pytest.Config) -> None:
    """Leave the generators alone that all modules share; who draws has one of its own, as ruff's S311 sees to.

    pytest-randomly would seed them again three times a test, which a run over a thousand short tests waits for.
    """
    config.option.randomly_reset_seed = False
