# Hansa's commands; CONTRIBUTING.md says when to use which. Needed: Python 3.11+ with pip, make, git.
PYTHON ?= python3
BIN := .venv/bin
UV := .venv/uv/bin/uv
# A company's own certificates are in the system's store.
PIP := $(UV) --system-certs --quiet pip
COMPILE = $(PIP) compile --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

# Commands and many tests start a Python of their own; one that compiles its modules anew takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint drill bench install lock chromium
.DEFAULT_GOAL := run

run: install
	@exec $(BIN)/python -m hansa.site.run

# make test ARGS="-k deals -n 0" passes on to pytest.
test: install chromium
	@$(BIN)/python -m hansa.site.with_postgres $(BIN)/pytest -n 2 $(ARGS)

# The browser tests need Debian's Chromium; they skip, saying so, where there is none.
chromium:
	@command -v chromium >/dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	} || echo "There is no Chromium, so the browser tests are skipped. On Debian: sudo apt-get install chromium"

# One check a line. Commands that compare generated pages with the code go into GENERATED, separated by semicolons.
GENERATED ?= DATABASE_URL=postgresql:///none $(BIN)/hansa docs --check
lint: install
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	DATABASE_URL=postgresql://nobody:none@localhost/none $(BIN)/mypy
	@$(BIN)/lint-imports >.venv/imports.txt || { cat .venv/imports.txt; false; }
	git ls-files -z -- '*.html' | xargs -0 -r $(BIN)/djade --target-version 5.2 --check
	$(BIN)/deptry --no-ansi hansa
	@! grep -nE 'https?:|file:|index-url|@ ' requirements.lock requirements-uv.lock
	$(BIN)/python -m hansa.site.with_postgres sh -c '\
		$(BIN)/django-admin makemigrations --check --settings hansa.site.settings && $(BIN)/python -m hansa.testing.migrations'
	$(GENERATED)

install: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml $(UV)
	$(PIP) sync --python $(BIN)/python --require-hashes requirements.lock
	$(PIP) install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# uv stands beside the environment, not in it: a sync would remove it.
$(UV): requirements-uv.lock | $(BIN)/python
	$(PYTHON) -m pip install --quiet --root-user-action ignore --upgrade --target .venv/uv --only-binary :all: --require-hashes -r requirements-uv.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Hansa needs Python 3.11 or newer; try make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv --clear --without-pip .venv

# make lock UPGRADE=--upgrade moves every pin; plain make lock moves only what pyproject.toml asks for.
lock: $(UV)
	echo uv | $(COMPILE) $(UPGRADE) --output-file requirements-uv.lock -
	$(COMPILE) $(UPGRADE) --group dev --output-file requirements.lock pyproject.toml

# The package drills/ brings its own servers. make drill ONE=races SIZE=large runs one at its large size.
SIZE ?= ci
drill: install
	@if [ -d drills ]; then $(BIN)/python -m drills.run --size $(SIZE) $(ONE); else echo "no drills"; fi

# make bench WORKLOAD=name runs one.
bench: install
	@if [ -d bench ]; then $(BIN)/python -m hansa.site.with_postgres $(BIN)/python -m bench.run $(WORKLOAD); else echo "no bench"; fi
