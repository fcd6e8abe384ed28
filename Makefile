# govcloud: `make demo` shows it, `make test` proves it, `make down` ends what they started.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# Debian's own Python, where it will do: it is compiled with profiles, and what we run takes a fifth less of the processor
FIT := import ensurepip, sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell /usr/bin/python3 -c '$(FIT)' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup ready postgresql demo test test-long chaos check format docs lock bench down

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## the virtual environment, with pinned packages

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; next: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "Python has no venv module; next: sudo apt-get install python3-venv"; exit 1; }
	@echo "making the virtual environment $(VENV) (about half a minute)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

ready: setup ## the toolchain and the devcloud (about 7 minutes the first time, then under 2)
	@$(BIN)/govcloud toolchain install
	@$(BIN)/govcloud devcloud up

demo: ready ## provision a sample department's system on a real OpenStack
	@scripts/demo

check: setup ## style, types and the tests of pure code (about a minute)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pytest -q -n 2 tests/unit

postgresql: setup ## the PostgreSQL server that tests run, from Debian's package
	@$(BIN)/python scripts/postgresql.py

test: check ready postgresql ## all tests but the long ones
	@scripts/test

test-long: ready postgresql ## the long ones: further accidents to an apply, in the cloud
	@scripts/test long

chaos: ready ## hurt an apply and a destroy at every request, in every way (hours; MINUTES=60 ends it earlier)
	@scripts/chaos --minutes $(or $(MINUTES),600)

down: ## end everything that was started
	@test ! -x $(BIN)/govcloud || $(BIN)/govcloud devcloud down

format: setup ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: ready ## measure, as ratios against something real in the same run (ROUNDS=3 MACHINES=3; about 5 minutes)
	@$(BIN)/python bench/startup.py
	@$(BIN)/python -m bench.tenancy $(or $(ROUNDS),3) $(MACHINES)

docs: setup ## write the reference pages anew
	@$(BIN)/python scripts/reference.py

lock: ## pin the packages anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	  --python-version 3.11 --group dev --extra devcloud --extra postgresql -o requirements.lock pyproject.toml
