# What there is to ask for: make help

PERIOD ?= 2026-10
DATA ?= data/demo
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Prerequisites run in the order written, and every recipe may use all the cores itself.
.NOTPARALLEL:
.PHONY: help setup report demo lab test test-all setup-dev check-style check-types check-imports run-tests hooks lock clean

START := $(shell date +%s)
TOTAL = printf 'Total: %s s\n' $$(( $$(date +%s) - $(START) ))

# Exported so that the scripts see `make PYTHON=…`.
export PYTHON
# Without compiled files on disk, every kernel and worker compiles all of pandas again when it starts.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
RUN_STAMP := .venv/.installed-run
DEV_STAMP := .venv/.installed-dev
INSTALLER := .ci/install .ci/uv.txt pyproject.toml

DEMO := data/demo/region.yaml
DEMO_CODE := $(wildcard lib/utfall/demo/*.py lib/utfall/demo/*/*.py lib/utfall/demo/*.yaml)

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(RUN_STAMP) ## Install everything the kit runs on, into .venv

report: setup $(if $(filter data/demo,$(DATA)),$(DEMO)) ## Render a month's reports for all units (PERIOD=2026-10 DATA=data/demo)
	@$(BIN)/utfall report $(PERIOD) --data "$(DATA)" $(ARGS); status=$$?; $(TOTAL); exit $$status

demo: setup $(DEMO) ## Make the made-up region in data/demo, where missing or out of date

lab: setup $(DEMO) ## Open JupyterLab in notebooks/
	@$(BIN)/utfall lab

test: check-style check-types check-imports run-tests ## Run every check but the slow tests

test-all: MARKERS :=
test-all: test ## Run every check, slow tests too

hooks: setup-dev ## Have git check each commit before it is made
	@$(BIN)/pre-commit install

lock: setup-dev ## Compile the lock files and environment.yml anew (ARGS=--upgrade for newer versions)
	@.ci/lock $(ARGS)

clean: ## Remove the environment, the made-up region and caches; rendered reports stay
	rm -rf .venv data/demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-dev: $(DEV_STAMP)

$(RUN_STAMP): requirements.lock $(INSTALLER)
	@.ci/install requirements.lock
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(RUN_STAMP)
	@.ci/install requirements-dev.lock
	@touch $@

# Made anew when the code that makes it has changed; touched, as a region that came out the same keeps its dates.
$(DEMO): $(DEMO_CODE) | $(RUN_STAMP)
	@$(BIN)/utfall demo data/demo
	@touch $@

check-style: setup-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

check-types: setup-dev
	$(BIN)/mypy

check-imports: setup-dev
	$(BIN)/lint-imports

# A worker a core; a file's tests stay together, so that what they share is made once.
MARKERS := -m "not slow"
run-tests: setup-dev
	@.ci/system_packages
	$(BIN)/python -m pytest --doctest-modules lib/utfall tests $(MARKERS) -n logical --dist loadfile $(ARGS)
