"""Our tools beside what a user would pick instead, on the same work: what docs/benchmarks.md is made of."""
