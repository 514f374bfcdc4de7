# Hansa's commands; CONTRIBUTING.md says when to use which. Needed: Python 3.11+ with pip, make, git.
PYTHON ?= python3
BIN := .venv/bin
UV := .venv/uv/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.PHONY: run test lint drill bench install lock chromium
.DEFAULT_GOAL := run

run: install
	@exec $(BIN)/python -m hansa.site.run

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml $(UV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# uv stands beside the environment, not in it: a sync would remove it.
$(UV): requirements-uv.lock | $(BIN)/python
	$(PYTHON) -m pip install --quiet --upgrade --target .venv/uv --only-binary :all: --require-hashes -r requirements-uv.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Hansa needs Python 3.11 or newer; try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear --without-pip .venv

# make lock UPGRADE=--upgrade moves every pin; plain make lock moves only what pyproject.toml asks for.
lock: $(UV)
	echo uv | $(COMPILE) $(UPGRADE) --output-file requirements-uv.lock -
	$(COMPILE) $(UPGRADE) --group dev --output-file requirements.lock pyproject.toml

# The package drills/ brings its own; until it is there, there is nothing to drill.
SIZE ?= ci
drill: install
	@if [ -d drills ]; then $(BIN)/python -m hansa.site.postgres $(BIN)/python -m drills.run --size $(SIZE); else echo "no drills"; fi

bench: install
	@if [ -d bench ]; then $(BIN)/python -m bench.run $(WORKLOAD); else echo "no bench"; fi
