PYTHON ?= python3.11
BIN := .venv/bin
CORE := .venv/.core.stamp
DEV := .venv/.dev.stamp
TOOLS := .venv-bench/.stamp

.PHONY: install demo test check bench bench-tools test-bench format

install: $(CORE)

.venv/bin/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv

$(CORE): requirements.lock pyproject.toml | .venv/bin/uv
	$(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --editable .
	touch $@

$(DEV): requirements-dev.lock $(CORE)
	$(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

# What the baselines are built with has pins of its own, so it lives in a second environment.
$(TOOLS): requirements-bench.lock pyproject.toml | .venv/bin/uv
	$(BIN)/uv venv --quiet --allow-existing --python $(PYTHON) .venv-bench
	$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --require-hashes -r requirements-bench.lock
	$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --no-deps --editable .
	touch $@

bench-tools: $(TOOLS)

test-bench: $(TOOLS)
	.venv-bench/bin/python -m pytest tests/benchmarks/baselines

demo: $(CORE)
	$(BIN)/factory demo

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(DEV)
	$(BIN)/pytest -n auto

bench: $(DEV)
	$(BIN)/factory bench all --out bench

bench-data: $(DEV)
	mkdir -p bench/bfcl
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --dest bench/bfcl bfcl-eval

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
