# Design Gallery: `make run` serves it, `make test` proves it, `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
# What requirements-tools.txt brings, unless RCLONE names an S3 server of the tests.
TOOLS := $(if $(RCLONE),,$(VENV)/.tools)
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Bytecode makes the second start quick; like everything written at run time it lies under var/.
export PYTHONDONTWRITEBYTECODE =
export PYTHONPYCACHEPREFIX = $(CURDIR)/var/pycache

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.runtime  ## install, migrate, create the admin and serve on 127.0.0.1:8000 (PORT=... for another)
	@$(PY) manage.py prepare
	@exec $(VENV)/bin/gunicorn -c config/gunicorn.conf.py config.wsgi

dev: $(VENV)/.dev  ## the same with autoreload and DEBUG
	@$(PY) manage.py prepare
	@DEBUG=1 exec $(PY) manage.py runserver "$${HOST:-127.0.0.1}:$${PORT:-8000}"

worker: $(VENV)/.runtime  ## background tasks, for TASKS=worker
	@exec $(PY) manage.py db_worker

test: $(VENV)/.dev $(TOOLS)  ## every lane (docs/development.md lists them)
	@$(PY) -m config.testing.run

coverage: $(VENV)/.dev $(TOOLS)  ## the same, and which lines no test ran
	@COVER=1 $(PY) -m config.testing.run

screens: $(VENV)/.dev  ## take the pictures in docs/screens anew
	@SCREENS=1 $(PY) -m pytest -m browser -q -k "lists_the_doors or door_of_staff or desk_is_sound or what_waits_comes_first or in_bulk or stale_link or person or come_in_and_one_is_deleted or meera_makes or are_added_ordered or three_taps or a_spreadsheet or one_click_a_look or what_was_done_is_read or a_switch_is_refused or queue_is_published"

search-report: $(VENV)/.dev  ## search: nDCG per class on both databases
	@$(PY) -m bench.search

bench: $(VENV)/.dev $(VENV)/.bench  ## ours against plain DRF and FastAPI on one PostgreSQL (BENCH="--designs 20000 --rounds 2")
	@$(PY) -m bench.against $(BENCH)

bench-full: $(VENV)/.dev  ## growth from 10,000 to a million designs; takes half an hour (BENCH="--sizes 10000,100000")
	@$(PY) -m bench.growing $(BENCH)

guard: $(VENV)/.dev  ## does a request cost twice what it did, or a query more?
	@$(PY) -m bench.guard

compose.env:
	@python3 -m config.compose_env $(DOMAIN)

up: compose.env  ## everything in containers on this machine; DOMAIN=gallery.example.com for the internet
	@docker compose --env-file compose.env up --build --detach --wait

demo: up  ## the same with a gallery to look at, on http://localhost:8000
	@docker compose --env-file compose.env run --rm demo

check: lint types  ## lint, types, import contracts, migrations, deploy check, OpenAPI
	@$(VENV)/bin/lint-imports --no-cache
	@$(PY) manage.py makemigrations --check --dry-run
	@.ci/deploy-check $(PY)
	@$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	@echo "All checks passed."

lint: $(VENV)/.dev  ## ruff: style and mistakes
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .

format: $(VENV)/.dev  ## ruff: put everything into shape
	@$(VENV)/bin/ruff check --fix-only --quiet .
	@$(VENV)/bin/ruff format .

types: $(VENV)/.dev  ## mypy with Django's stubs
	@$(VENV)/bin/mypy .

openapi: $(VENV)/.dev  ## write docs/openapi.json anew after a wanted change of the API
	@$(PY) manage.py spectacular --validate --fail-on-warn --format openapi-json --file docs/openapi.json

roles: $(VENV)/.dev  ## write docs/roles.md anew: who may enter which door and page
	@WRITE_ROLES=1 $(PY) -m pytest -q config/tests/test_roles_matrix.py -k docs

lock: $(VENV)/.dev  ## compile requirements*.in to pinned files with hashes (needs uv)
	@for name in requirements requirements-dev requirements-bench; do \
		uv pip compile -q --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $$name.in -o $$name.txt; \
	done

clean:  ## remove the environment and caches; var/ with your data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage* htmlcov staticfiles
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.runtime: requirements.txt .ci/venv
	@.ci/venv $(VENV) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt .ci/venv
	@.ci/venv $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/.runtime

$(VENV)/.bench: requirements-bench.txt .ci/venv
	@.ci/venv $(VENV)/bench requirements-bench.txt
	@touch $@

$(VENV)/.tools: requirements-tools.txt .ci/venv | $(VENV)/.dev
	@if .ci/venv $(VENV) requirements-tools.txt $(VENV)/tools; then touch $@; else \
		echo "No programs could be installed; the tests that need one will say so." >&2; \
	fi

.PHONY: help run dev worker up demo test coverage screens search-report bench bench-full guard check lint format types openapi roles lock clean
