# Everything starts from a bare clone: each target makes the virtual environment it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# uv installs in seconds what pip installs in minutes; pip does where uv cannot be had.
INSTALL = if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install -q --python $(BIN)/python -c constraints.txt $(1); \
          else $(BIN)/python -m pip install -q -c constraints.txt $(1); fi

# Every extra but `teach`: which build of torch is right depends on the machine.
LOCKED := postgres mcp openai anthropic google mistral ollama

.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

demo: $(VENV)/.run ## Try Signpost in a browser: no Slack account, no key
	@exec $(BIN)/signpost demo $(ARGS)

test: $(VENV)/.dev ## Run the tests (under 3 minutes)
	@EMBEDDINGS=small $(BIN)/signpost index
	$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## Lint, types, and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## Measure speed and memory, as ratios against a baseline in the same run
	$(BIN)/python -m tests.bench $(ARGS)

soak: $(VENV)/.dev ## The long runs: kill -9 rounds, floods, faults
	@EMBEDDINGS=small $(BIN)/signpost index
	$(BIN)/python -m pytest -m soak -n 2 --timeout 900 $(ARGS)

lock: $(VENV)/.dev ## Resolve the dependencies again and write constraints.txt
	$(BIN)/uv pip compile pyproject.toml $(addprefix --extra ,$(LOCKED)) --group dev --universal --no-annotate --no-header -o constraints.txt

clean: ## Remove the virtual environment and caches (data in .signpost stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@echo "Making the virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Signpost needs Python 3.11 or newer: name one with  make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv || echo "uv is not to be had: going on with pip"

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing what Signpost needs (under a minute with uv, a few with pip)"
	@$(call INSTALL,-e .)
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing what the tests need"
	@$(call INSTALL,-e '.[postgres]' --group dev)
	@touch $@
