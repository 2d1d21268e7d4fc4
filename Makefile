# Partner applications on Auth0. `make` alone lists what there is.
ENV ?= dev
PYTHON ?= python3
BIN := .venv/bin
# Tests that start no process and no server.
FAST := tests/catalog tests/components tests/stacks tests/survey tests/test_imports.py \
  tests/test_docs.py tests/test_troubleshooting.py --ignore tests/survey/test_live.py

.PHONY: help setup up down env check test bench reference plugin format
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# Everything that is said goes to standard error, so that `make -s env` prints export lines alone.
.venv/.ready: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; say which: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "setting up .venv (about a minute the first time) …" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  -r requirements-dev.txt >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-deps --editable . >&2
	@touch $@

setup: .venv/.ready ## Make .venv and get a working pulumi (TOOLCHAIN=system|vendor|registries)
	@$(BIN)/python -m toolchain >&2

up: setup ## Apply an environment: ENV=dev, staging, prod
	@$(BIN)/tpa up -e $(ENV) $(if $(YES),--yes)

down: setup ## Destroy what it made, restore what it promoted, stop its tenant
	@$(BIN)/tpa down -e $(ENV) $(if $(YES),--yes)

env: setup ## Print export lines: eval "$(make -s env ENV=dev)"
	@$(BIN)/tpa env -e $(ENV)

check: .venv/.ready ## Lint, types and unit tests: the fast loop
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy .
	@$(BIN)/pytest -q -m "not e2e" $(FAST)

test: setup ## Everything: lint, types and all tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy .
	@$(BIN)/pytest -q -n 2 --dist worksteal tests

bench: .venv/.ready ## What things cost, against a baseline: ratios
	@for file in benchmarks/*.py; do echo "$$file"; PYTHONPATH=. $(BIN)/python $$file; done
	@echo emulator && $(BIN)/python -m emulator.benchmark

reference: .venv/.ready ## Make docs/reference.md out of the code
	@$(BIN)/python -m tpa.reference

plugin: ## Pack the native plugin into dist/auth0apps, for programs elsewhere
	@rm -rf dist/auth0apps && mkdir -p dist/auth0apps/plugins
	@cp -R management plugins/auth0apps/__main__.py dist/auth0apps/
	@cp -R plugins/__init__.py plugins/auth0apps dist/auth0apps/plugins/
	@grep -E '^(pulumi|httpx|tenacity)==' requirements.txt > dist/auth0apps/requirements.txt
	@sed 's|virtualenv: .*|virtualenv: venv|' plugins/auth0apps/PulumiPlugin.yaml \
	  > dist/auth0apps/PulumiPlugin.yaml
	@echo dist/auth0apps

format: .venv/.ready ## Put the code into its one format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
