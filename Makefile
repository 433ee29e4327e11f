# Needs only make and a Python 3.11 or later. `make help` lists the verbs.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

# The first Python of at least 3.11; `make PY=/path/to/python3 …` chooses another.
PY ?= $(shell for p in python3 python3.15 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ARGS ?=

.PHONY: help run test test-all bench lock ui clean _python

help: ## list the verbs
	@echo "Orderloom 0.1"
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(firstword $(MAKEFILE_LIST)) | column -t -s '|' 2>/dev/null \
	 || sed -n 's/^\([a-z-]*\):.*## /  make \1  /p' $(firstword $(MAKEFILE_LIST))
	@echo "  ARGS=… is handed on: make run ARGS=--no-demo, make test ARGS=\"-k stock\""

run: _python ## install what is missing and start the hub with its demo; Ctrl-C stops everything
	@$(PY) .ci/bootstrap.py run
	@exec .venv/bin/orderloom run --stop-with-parent $(ARGS)

test: _python ## lint, types, tests on SQLite and PostgreSQL, the browser app, a real browser
	@$(PY) .ci/bootstrap.py test
	@exec .venv/bin/python .ci/check.py $(ARGS)

test-all: _python ## the same, and the slow tests
	@$(PY) .ci/bootstrap.py test
	@exec .venv/bin/python .ci/check.py --all $(ARGS)

bench: _python ## measure orders per second against the hand-written script
	@$(PY) .ci/bootstrap.py test
	@exec .venv/bin/python -m bench $(ARGS)

ui: _python ## build the browser app if it changed
	@$(PY) .ci/bootstrap.py run

lock: _python ## resolve the Python dependencies again and write requirements/*.txt
	@$(PY) .ci/bootstrap.py lock

clean: ## remove what was installed and built; the data in .home stays
	rm -rf .venv .tools builder_ui/node_modules platform/orderloom/static/ui

_python:
	@test -n "$(PY)" || { echo "Orderloom needs Python 3.11 or later; this machine has $$(python3 --version 2>&1 || true)." >&2; \
	 echo "Install one (Debian 12: apt-get install python3) and repeat, or name it: make PY=/path/to/python3 run" >&2; exit 2; }
