"""Connect, as its environments.toml describes it."""

from connect.paths import ROOT
from pgproof import project

PROJECT = project.read(ROOT)
# On replicas: without the DSNs that a live run has.
REPLICAS = PROJECT.environments
