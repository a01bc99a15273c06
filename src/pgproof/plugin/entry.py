"""What the entry point `pytest11` loads: every module of the plugin."""

from pgproof.plugin import MODULES

pytest_plugins = MODULES
