# make run starts the site, make test runs every test; both install what they need into .venv first.

PYTHON ?= python3
VENV = .venv/bin
DEMONSTRATION ?= true
PORT ?= 8000
TESTS ?=
export DEMONSTRATION PORT

.PHONY: run test lint format messages schema bench-site bench-ll1 bench-metrics bench-exports clean install install-dev install-bench

run: install
	@exec $(VENV)/python -m livinglab.run --with-parent

test: install-dev
	@if [ -z "$$LIVINGLAB_DATA" ] && [ -d ../shared/data ]; then export LIVINGLAB_DATA=$$(cd ../shared/data && pwd); fi; \
	$(VENV)/python -m livinglab.build && \
	exec $(VENV)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: install-dev
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint templates --check --quiet
	$(VENV)/djlint templates --lint --quiet

format: install-dev
	$(VENV)/ruff check --fix
	$(VENV)/ruff format
	$(VENV)/djlint templates --reformat --quiet

messages: install-dev
	$(VENV)/python manage.py messages

schema: install-dev
	$(VENV)/python manage.py spectacular --lang en --validate --fail-on-warn --file docs/openapi.yaml

bench-site: install
	$(VENV)/python -m benchmarks.site

bench-ll1: install
	$(VENV)/python -m benchmarks.ll1

bench-metrics: install-bench
	$(VENV)/python -m benchmarks.metrics

bench-exports: install-bench
	$(VENV)/python -m benchmarks.exports

clean:
	rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

install install-dev install-bench:
	@command -v $(PYTHON) >/dev/null || { echo "livinglab: There is no $(PYTHON) here; install Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	echo "livinglab: $$($(PYTHON) --version 2>&1) is too old; install 3.11 or newer and name it: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) livinglab/install.py requirements$(@:install%=%).txt
