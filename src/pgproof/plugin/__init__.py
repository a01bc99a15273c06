"""The pytest plugin: `--env`, and fixtures for a project's snapshots, replicas and rehearsals.

It is loaded as `pgproof` where the package is installed; a suite that names its plugins loads the modules of MODULES.
"""

MODULES = tuple(
    f"pgproof.plugin.{name}"
    for name in ("gc", "options", "folders", "replicas", "snapshots", "rehearsals", "recording")
)
