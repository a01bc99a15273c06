"""Benchmarks: what a run costs, as ratios that a slow or noisy machine changes little. `make bench` runs them."""
