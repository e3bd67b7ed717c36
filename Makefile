PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check format generate bench accuracy faults lock

help: ## Show what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## Make .venv with everything Rushes needs, every package checked against its digest

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Rushes needs Python 3.11 or later; PYTHON=… chooses one" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup ## Analyse a sales call from upload to signed webhook, and show what came out
	$(BIN)/python -m demo

up: setup ## Run Rushes until Ctrl-C; the data stays in .rushes
	$(BIN)/rushes up

test: setup ## Run the default tests, the integration suite on the embedded store and on a real MongoDB engine
	$(BIN)/python -m pytest
	$(BIN)/python -m tests.on_mongodb

check: setup ## Lint, types, architecture, and that every generated file is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.generate --check

format: setup ## Format and sort imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: setup ## Write every generated file again
	$(BIN)/python -m docs.generate

bench: setup ## Measure, and write docs/performance.md
	$(BIN)/python -m tests.benchmarks

accuracy: setup ## Measure how right the stages are on clips with a known truth, and write it into docs/analysis
	$(BIN)/python -m tests.accuracy

faults: setup ## Kill every process at random moments and see that nothing is lost; SEED=… repeats a run
	$(BIN)/python -m tests.faults

lock: setup ## Resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --upgrade \
		--custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
