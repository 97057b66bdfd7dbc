# make run starts the site, make test runs every test; both install what they need into .venv first.

PYTHON ?= python3
VENV = .venv/bin
DEMONSTRATION ?= true
PORT ?= 8000
TESTS ?=
PACKAGES ?=
export DEMONSTRATION PORT

.PHONY: run test lint format messages schema bench-site bench-ll1 bench-metrics bench-exports clean
.PHONY: lock packages install install-dev install-bench

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
	@$(PYTHON) livinglab/install.py requirements$(@:install%=%).lock --packages "$(PACKAGES)"

# Everything that is installed, in a folder for machines of this kind without network: make packages PACKAGES=FOLDER
# here, make run PACKAGES=FOLDER there.
packages:
	@test -n "$(PACKAGES)" || { echo "livinglab: Name the folder: make packages PACKAGES=FOLDER" >&2; exit 1; }
	@$(PYTHON) livinglab/install.py requirements.lock --fill "$(PACKAGES)"
	@mkdir -p "$(PACKAGES)/npm"
	@PACKAGES= $(VENV)/python manage.py build_assets --fill "$(PACKAGES)"

# The newest versions that the ranges of requirements*.txt and the versions of package.json allow, on every machine.
# Each lock takes from the one before it, so that one .venv can hold them all.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" var/uv/bin/uv pip compile --quiet --no-config --upgrade \
	--universal --python-version 3.11 --generate-hashes
lock: install
	$(PYTHON) -m venv var/uv
	var/uv/bin/pip install --quiet --disable-pip-version-check --upgrade uv
	$(COMPILE) requirements-build.txt --output-file requirements-build.lock
	$(COMPILE) requirements.txt --constraints requirements-build.lock --output-file requirements.lock
	$(COMPILE) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock
	$(COMPILE) requirements-bench.txt --constraints requirements-dev.lock --output-file requirements-bench.lock
	rm -f package-lock.json
	PATH="$$PATH:$(abspath $(VENV))" npm install --package-lock-only --ignore-scripts --no-audit --no-fund
