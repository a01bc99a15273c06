# The two commands are `make verify` and `make test`; each sets up what it needs.
.PHONY: verify test gate soak up bench load lint lists setup setup-lint setup-stack setup-all lock
MAKEFLAGS += --no-print-directory
PYTEST := .venv/bin/python -m pytest

# Verify both environments, on replicas (or on the live databases whose CONNECT_*_DSN is set).
verify: setup
	@$(PYTEST) -m "schema or security or parity"

# Lint, then run the whole suite; report/index.html is its report. Some tests wait, so three workers keep two cores busy.
# GROUP=1 GROUPS=3 SEED=7 runs one of three parts, for several machines: each gets the same SEED, so that all of them
# shuffle the tests alike, and no test is left out or run twice.
PART = $(if $(GROUP),-p pytest_split.plugin --splits $(or $(GROUPS),$(error GROUPS is missing, the number of parts)) \
  --group $(GROUP) --splitting-algorithm least_duration \
  --randomly-seed $(or $(SEED),$(error SEED is missing, a number that is the same for all parts)))
test: setup-all lint
	@rm -rf report/results report/pictures report/index.html report/mutation.json report/junit-*.xml report/*--test_*
	@code=0; $(PYTEST) -n 3 $(PART) --results report/results/suite$(GROUP).json || code=$$?; \
	  .venv/bin/python -m harness report || [ $$code != 0 ] || code=1; exit $$code

# What a deploy waits for: everything on replicas, then the live databases. ENV=prod or ENV=staging checks only one.
gate: setup-all
	@.venv/bin/python -m harness gate $(if $(ENV),--env $(ENV))

# Run the browser tests fifty times in a row; report/soak/rate.json holds the pass rate.
soak: setup-all
	@.venv/bin/python -m harness soak

# Run the embedded Supabase and the chat page on it, until Ctrl-C. ENV=staging chooses the other environment.
up: setup-stack
	@.venv/bin/python -m stack --env $(or $(ENV),prod)

lint: setup-lint
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --quiet --check .
	@.venv/bin/mypy

# Write the lists in sql/ again, after a change to src/connect/schema.toml.
lists: setup
	@PYTHONPATH=src .venv/bin/python -m connect

# Beside other tools where they can be installed (bench/rivals); writes docs/benchmarks.md, in under 20 minutes.
bench: setup-all
	@bench/rivals/set_up.sh
	@.venv/bin/python -m bench --write docs/benchmarks.md

# The load test: 200 people in 50 chats, 50 messages a second for a minute.
load: setup-all
	@.venv/bin/python -m bench.load

setup:
	@./setup.sh requirements.txt

# With the libraries that mypy reads.
setup-lint:
	@./setup.sh requirements.txt requirements-stack.txt

# Also install what the embedded Supabase and its page need.
setup-stack:
	@./setup.sh requirements.txt requirements-stack.txt node

# Also install PostgreSQL 16 and 18, the official clients, the load test and a browser.
setup-all:
	@./setup.sh requirements.txt requirements-postgres.txt requirements-stack.txt requirements-clients.txt \
	  requirements-load.txt node browser

# Pin again, after a change to requirements*.in. This needs uv. What one run may install together is pinned together.
PIN := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock:
	@for name in requirements requirements-postgres requirements-node; do \
	  $(PIN) $$name.in --output-file $$name.txt; done
	@$(PIN) requirements-stack.in -c requirements.txt --output-file requirements-stack.txt
	@for name in requirements-clients requirements-load; do \
	  $(PIN) $$name.in -c requirements.txt -c requirements-stack.txt --output-file $$name.txt; done
	@cd bench/rivals && $(PIN) requirements.in --output-file requirements.txt
