# Targets are the contract of the README: demo, setup, test, check, bench.
PYTHON ?= python3
PORT ?= 8777
BROWSER ?= yes
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
UV_VERSION := 0.13.9
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := check
.PHONY: demo setup test check coverage mutants mutants-sample bench pictures lock format

$(STAMP): requirements.lock pyproject.toml
	@test -x $(UV) || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $(STAMP)

setup: $(STAMP)

demo: $(STAMP)
	@$(BIN)/watchroom demo --dir demo-node --port $(PORT) $(if $(filter no,$(BROWSER)),--no-browser,)

test: $(STAMP)
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m pytest

check: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/compile_model.py --check
	@$(BIN)/python tools/write_reference.py --check
	@$(BIN)/python tools/audit_events.py --check

# Branch coverage of the rooms that decide who sees what, by the tests that are about them; docs/reference/coverage.md.
coverage: $(STAMP)
	@$(BIN)/python tools/coverage_of_decisions.py

# Mutants of `policy`, and the kept figure: docs/reference/mutants.md. It takes hours on two cores; name modules to have a part: `mutmut run "watchroom.policy.sight.*"`.
mutants: $(STAMP)
	@$(BIN)/mutmut run --max-children 2
	@$(BIN)/python tools/write_mutants.py

# The same for a random sample, with a fixed seed; stopped and started again, it goes on.
mutants-sample: $(STAMP)
	@$(BIN)/python tools/mutant_sample.py
	@$(BIN)/python tools/write_mutants.py

bench: $(STAMP)
	@for name in ingest gate audit brief; do $(BIN)/watchroom bench $$name || exit 1; done

pictures: $(STAMP)
	@$(BIN)/python tools/take_pictures.py

format: $(STAMP)
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock:
	@$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock
