"""Benchmarks: what a run costs, as ratios that a slow or noisy machine changes little. `make bench` runs them."""

import sys
from pathlib import Path

# For a checkout whose packages are not installed.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
