"""The entry point `pytest11`: loads the plugin's modules if pytest runs in a project.

A project has an environments.toml in pytest's rootdir or above it, or --project names its folder. Anywhere else the
plugin does nothing: it adds no option and no fixture, and changes nothing in the process.
"""

from __future__ import annotations

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
    words = (*config.invocation_params.args, *config.getini("addopts"))
    return any(str(word).partition("=")[0] == "--project" for word in words)
