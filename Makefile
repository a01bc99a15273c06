# The two commands are `make verify` and `make test`; each sets up what it needs.
.PHONY: verify test bench lint setup setup-all lock
MAKEFLAGS += --no-print-directory
PYTEST := .venv/bin/python -m pytest

# Both environments, on replicas (or on the live databases whose CONNECT_*_DSN is set).
verify: setup
	@$(PYTEST) -m "schema or security or parity"

# The whole suite, after the linters.
test: setup-all lint
	@$(PYTEST) -n 2

lint: setup
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy

bench: setup
	@.venv/bin/python -m bench

setup:
	@./setup.sh requirements.txt

# With PostgreSQL 16 and 18 as well.
setup-all: setup
	@./setup.sh requirements.txt requirements-postgres.txt

# Pin again, after a change to requirements*.in. Needs uv.
lock:
	@for name in requirements requirements-postgres; do \
	  uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 $$name.in --output-file $$name.txt; done
