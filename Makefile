# Jejak. Everything runs from .venv, which `make setup` builds from requirements.lock.
# Needs Python 3.11 or newer, pip and make. PYTHON=... names another interpreter, ARGS=... goes to pytest.
PYTHON ?= python3
ARGS ?=
VENV := .venv/bin
SOURCES := office_node shared_schemas services tests docs
# Hashes and no addresses (docs/adr/0004): whoever installs decides where the files come from.
LOCK := pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate \
  --no-header --no-strip-extras --extra build

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all check format storm bench soak migration docs lock clean distclean

help: ## What can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Build .venv from the lock (does nothing when it is up to date)
	@PYTHON='$(PYTHON)' sh .ci/setup

demo: setup ## Three offices and a directory on this machine; ONCE=1 ends by itself with a line of JSON, FOURTH=1 lets one join
	@exec $(VENV)/jejak demo $(if $(filter-out 0,$(ONCE)),--once) $(if $(filter-out 0,$(FOURTH)),--fourth)

test: setup ## Run the tests that this machine can run, but for the slow ones; the last lines name what was left out
	@$(VENV)/python -m pytest -n auto --dist worksteal -m "not slow" $(ARGS)

test-all: setup ## Run every test, the slow ones too (whole demos and guides); a skip is a failure that names the missing Debian package
	@JEJAK_TEST_ALL=1 $(VENV)/python -m pytest -n auto --dist worksteal $(ARGS)

check: setup ## Formatting, lint, types, import floors, house rules, generated documents
	$(VENV)/ruff format --check $(SOURCES)
	$(VENV)/ruff check $(SOURCES)
	$(VENV)/mypy
	$(VENV)/lint-imports --no-logo
	$(VENV)/python -m pytest tests/test_project.py tests/deploy/test_deploy.py tests/office_node/console/test_texts.py

format: setup ## Put the sources into the project's format
	$(VENV)/ruff format $(SOURCES)
	$(VENV)/ruff check --fix $(SOURCES)

storm: setup ## Play federations through faults until 10,000 of them, and print what was lost
	@$(VENV)/python -m services.simulator.storm

soak: setup ## Real nodes killed at random points for SECONDS (180), on both databases; nothing committed is lost
	@JEJAK_SOAK_S='$(or $(SECONDS),180)' $(VENV)/python -m pytest -n 2 -s tests/federation/test_soak.py

bench: setup ## Print the benchmark tables and write build/bench.json
	@$(VENV)/python -m services.simulator.bench

migration: setup ## Draft a migration from the tables: make migration NAME="what changes"
	@test -n '$(NAME)' || { echo 'make migration NAME="what changes"' >&2; exit 2; }
	$(VENV)/python -m office_node.store.migrate '$(NAME)'

docs: setup ## Write the documents that are generated from the code
	$(VENV)/python -m docs.settings_page > docs/settings.md
	$(VENV)/python -m docs.problems_page > docs/problems.md
	$(VENV)/python -m docs.guideline_page > docs/guideline.md
	$(VENV)/python -m docs.cases_page > docs/cases.md
	$(VENV)/python -m docs.vectors.make

lock: setup ## Resolve pyproject.toml anew into both locks (UPGRADE=1 takes newer versions)
	$(VENV)/python -m pip install -qq uv
	$(VENV)/uv $(LOCK) --extra dev $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements.lock
	$(VENV)/uv $(LOCK) --constraint requirements.lock pyproject.toml -o deploy/requirements.lock

clean: ## Remove caches, build output and what the demo left
	rm -rf build dist *.egg-info .demo .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove .venv too
	rm -rf .venv
