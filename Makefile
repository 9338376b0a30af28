# make run   the demo council, its QA sub-group PDF, and the site on 127.0.0.1 (SERVE=0: no site)
# make code  the six figures with which everybody of the demo council signs in just now
# make test  everything that the tests need, then the checks and the tests
PYTHON ?= python3
PORT ?= 5000
SERVE ?= 1
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
export AUDIT_APP_INSTANCE ?= $(CURDIR)/instance
PDF := $(AUDIT_APP_INSTANCE)/qa-sub-group-pack.pdf

RUN_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0 libfontconfig1 fonts-liberation
TEST_PACKAGES := chromium poppler-utils
VENV_PACKAGE := $(shell $(PYTHON) -c 'import ensurepip' 2>/dev/null || echo python3-venv)
BUILT := audit_app/web/static/built

.DELETE_ON_ERROR:
.PHONY: run code test test-all bench check tests setup debian-run debian-test lock demo wheel clean

run: setup
	@$(BIN)/audit-app migrate
	@$(BIN)/audit-app demo --if-empty
	@$(BIN)/audit-app reports compile qa_sub_group -o $(PDF)
ifneq ($(SERVE),0)
	@exec $(BIN)/audit-app serve --port $(PORT)
endif

code:
	@$(BIN)/audit-app demo --code

test: debian-test $(VENV)/.test $(BUILT)/.done check tests

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/audit-app banks check

tests:
	$(BIN)/pytest -n auto -m "not slow"

test-all: debian-test $(VENV)/.test $(BUILT)/.done check
	$(BIN)/pytest -n auto

bench: debian-test $(VENV)/.test
	PYTHONPATH=.:tests $(BIN)/python tests/bench/speed.py

setup: debian-run $(VENV)/.run $(BUILT)/.done

debian-run:
	@.ci/debian-packages $(RUN_PACKAGES) $(VENV_PACKAGE)

debian-test: debian-run
	@.ci/debian-packages $(TEST_PACKAGES)

$(VENV)/.run: requirements/run.lock setup.cfg pyproject.toml | debian-run
	@echo "Setting up $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements/run.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.lock $(VENV)/.run
	@echo "Adding what the tests need"
	@$(PIP) --require-hashes -r requirements/test.lock
	@touch $@

$(BUILT)/.done: $(wildcard audit_app/web/assets/*.json audit_app/web/assets/*.scss audit_app/web/assets/*.mjs) | $(VENV)/.run
	@echo "Building the front-end assets"
	@.ci/front-end $(VENV)
	@touch $@

# New lower bounds are tested by raising them in setup.cfg and making the locks anew.
lock:
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --extra demo --output-file requirements/run.lock requirements/build.in setup.cfg
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --extra demo --extra test --constraint requirements/run.lock --output-file requirements/test.lock requirements/build.in setup.cfg
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --output-file requirements/node.lock requirements/node.in

wheel: setup
	$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) build dist *.egg-info $(BUILT) audit_app/web/assets/node_modules
