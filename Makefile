# Everything one does with the portal, one word each. `make` alone lists them.
#
# What is slow is done once: a stamp in .venv, or the file itself, says so until what it was made from
# changes. So a second `make run` starts in seconds.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

export FLASK_APP := app
# The environment alone sets the portal; a file called .env is for whatever starts it.
export FLASK_SKIP_DOTENV := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --require-hashes
PYTEST := $(BIN)/pytest $(PYTEST_OPTIONS)
# With COVERAGE=1 the tests below the browser are measured (integration on one database). No stage alone need reach the gate in pyproject.toml:
# it applies to all of them together, when they are reported.
MEASURED := $(if $(COVERAGE),--cov --cov-append --cov-report= --cov-fail-under=0)
WITHOUT_SERVER := env -u TEST_DATABASE_URL -u DATABASE_URL

VENV := .venv/.made
RUN := .venv/.run-time
DEV := .venv/.development
ASSETS := static/vendor/manifest.json
OWN := static/app.css.gz

.PHONY: help setup run demo-reset test check format bench lock audit clean

help: ## List these words
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

# ---- Set-up ------------------------------------------------------------------------------------------

setup: $(RUN) $(ASSETS) $(OWN) ## Install what the portal runs on, and fetch the front-end files

$(VENV):
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install the packages python3 and python3-venv, then try again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Name another with make PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python cannot make a virtual environment here: install the package python3-venv, then try again." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@touch $@

$(RUN): requirements.txt | $(VENV)
	@echo "Installing what the portal runs on …"
	@$(INSTALL) -r requirements.txt
	@touch $@

$(DEV): requirements.txt requirements-dev.txt | $(VENV)
	@echo "Installing the tools for tests and checks …"
	@$(INSTALL) -r requirements.txt -r requirements-dev.txt
	@touch $@ $(RUN)

$(ASSETS): package-lock.json requirements-assets.txt vsportal/assets.py | $(RUN)
	@echo "Fetching the front-end files …"
	@$(INSTALL) -r requirements-assets.txt
	@$(BIN)/python -P vsportal/assets.py
	@touch $@

$(OWN): static/app.css static/app.js static/cover.js | $(ASSETS)
	@$(BIN)/python -P vsportal/assets.py
	@touch $@

# ---- The demo ----------------------------------------------------------------------------------------

run: setup ## Start the demo, and say where it is and who may sign in
	@DEMO=1 scripts/run.sh

demo-reset: setup ## Throw the demo's data away and make it again
	@DEMO=1 scripts/demo-reset.sh

# ---- Tests and checks --------------------------------------------------------------------------------

test: $(DEV) setup ## All tests; on PostgreSQL too when TEST_DATABASE_URL names one
	@rm -f .coverage .coverage.*
	@echo "== Unit and structure"
	@$(WITHOUT_SERVER) $(PYTEST) $(MEASURED) -n 2 tests/unit tests/structure
	@echo "== Integration, on SQLite"
	@$(WITHOUT_SERVER) $(PYTEST) $(MEASURED) -n 2 tests/integration
ifdef TEST_DATABASE_URL
	@echo "== Integration, on PostgreSQL"
	@env -u DATABASE_URL $(PYTEST) -n 2 tests/integration
endif
ifdef COVERAGE
	@echo "== Coverage"
	@$(BIN)/coverage report
endif
	@echo "== In a browser"
	@CHROMIUM="$$(scripts/chromium.sh)" $(WITHOUT_SERVER) $(PYTEST) tests/e2e

# A question or a mark is drawn hundreds of times a page: there every space is sent, so their layout is by hand.
TIGHT := --extend-exclude templates/fields,templates/components

check: $(DEV) setup ## Layout, slips, types, structure, editions, permissions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check $(TIGHT)
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	DEMO=1 $(BIN)/flask editions check
	DEMO=1 $(BIN)/flask policy table --check

format: $(DEV) ## Lay the code and the templates out
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet $(TIGHT) || true

bench: $(DEV) setup ## Measure the pages beside their floor, on SQLite and (where there is one) PostgreSQL
	@scripts/postgres.sh run-if-possible $(BIN)/python -m bench $(BENCH_OPTIONS)

# ---- Upkeep ------------------------------------------------------------------------------------------

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

lock: $(DEV) ## Write the locks anew from the .in files (LOCK_OPTIONS=--upgrade for newer versions)
	$(LOCK) $(LOCK_OPTIONS) --output-file=requirements.txt requirements.in
	$(LOCK) $(LOCK_OPTIONS) --output-file=requirements-dev.txt requirements-dev.in
	$(LOCK) $(LOCK_OPTIONS) --output-file=requirements-assets.txt requirements-assets.in

audit: $(DEV) ## Ask the public lists whether a hole is known in what we lock
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.txt

clean: ## Remove what was made here, but for instance/, which holds data
	rm -rf .venv node_modules static/vendor static/vendor.new static/*.gz .coverage .coverage.* htmlcov
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
