# Everything happens inside this folder. Needs Python 3.11 or newer with pip and venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
LOCK := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: demo test check bench lock spark peers docs format clean

demo: $(VENV)/.base
	rm -rf demo/vostochny-2024
	$(BIN)/darkwake init demo/vostochny-2024 --template vostochny-2024
	$(BIN)/darkwake run demo/vostochny-2024

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/write_table_docs.py --check
	$(BIN)/python scripts/write_command_docs.py --check
	$(BIN)/python scripts/write_fact_docs.py --check

bench: $(VENV)/.dev peers
	for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

docs: $(VENV)/.dev
	$(BIN)/python scripts/write_table_docs.py
	$(BIN)/python scripts/write_command_docs.py
	$(BIN)/python scripts/write_fact_docs.py

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

spark: $(VENV)/.spark

# Programs to measure against that are no dependencies (GPL, or unmaintained), in an environment of their own.
peers: .venv-peers/.peers

.venv-peers/.peers: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/peers.txt
	touch $@

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet pip-tools
	$(LOCK) -o requirements/build.txt requirements/build.in
	$(LOCK) -o requirements/base.txt pyproject.toml
	$(LOCK) -o requirements/dev.txt requirements/dev.in
	$(LOCK) -o requirements/spark.txt requirements/spark.in
	$(LOCK) -o requirements/peers.txt requirements/peers.in
	$(LOCK) -o requirements/train.txt requirements/train.in

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) -r requirements/build.txt
	$(PIP) -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	$(PIP) -r requirements/dev.txt
	touch $@

$(VENV)/.spark: requirements/spark.txt $(VENV)/.base
	$(PIP) -r requirements/spark.txt
	touch $@

clean:
	rm -rf $(VENV) .venv-peers demo build .mypy_cache .ruff_cache .pytest_cache .hypothesis
