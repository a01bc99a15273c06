"""The pytest plugin: `--env`, and fixtures for a project's snapshots, replicas and rehearsals.

An installed package is loaded as `pgproof`; a suite that names its plugins itself loads the modules of MODULES.
"""

MODULES = tuple(
    f"pgproof.plugin.{name}"
    for name in ("options", "folders", "changes", "replicas", "snapshots", "rehearsals", "recording")
)
