"""Connect as its environments.toml describes it."""

from connect.paths import ROOT
from pgproof import project

PROJECT = project.read(ROOT)
# The environments without the DSNs of a live run.
REPLICAS = PROJECT.environments
