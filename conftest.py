"""The front door: every fixture lives in one of these modules, or in one that `fix_scoped` loads."""

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
