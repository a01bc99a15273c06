"""The entry point `pytest11`: loads the plugin's modules if pytest runs in a project.

A project has an environments.toml in pytest's rootdir or above it, or --project names its folder. Anywhere else the
plugin does nothing: it adds no option and no fixture, and changes nothing in the process.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from pgproof import project
from pgproof.plugin import MODULES


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """Load the plugin's modules in a project. pytest calls this hook first, and knows its rootdir by then."""
    config = pluginmanager.getplugin("pytestconfig")
    assert isinstance(config, pytest.Config), "pytest registers it under this name"
    if _names_a_project(config) or project.root_of(config.rootpath) is not None:
        for module in MODULES:
            pluginmanager.import_plugin(module)


def _names_a_project(config: pytest.Config) -> bool:
    """Return whether --project names the folder of a project; a project's own option of that name names none."""
    words = [str(word) for word in (*config.invocation_params.args, *config.getini("addopts"))]
    named = [word.removeprefix("--project=") for word in words if word.startswith("--project=")]
    named += [value for word, value in pairwise(words) if word == "--project"]
    return any((config.invocation_params.dir / each / project.FILE).is_file() for each in named)
