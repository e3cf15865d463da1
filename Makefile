# Two commands do all the set-up: `make demo` and `make test`. The others are for working on Switchhook.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := deploy/requirements-dev.lock
BENCH_LOCK := deploy/requirements-bench.lock

.DEFAULT_GOAL := help
.PHONY: faults help setup demo test check format bench lock kafka tools clean

help:  ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

setup: $(VENV)/.installed  ## Make the virtual environment (demo and test do it themselves)

$(VENV)/.installed: $(LOCK) pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or say PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer, or say PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once, about half a minute) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup  ## Ring a simulated telephone and watch handlers act (no account needed)
	@$(BIN)/switchhook demo $(ARGS)

kafka: deploy/kafka/lib/.fetched  ## Fetch Apache Kafka from Maven Central (the tests do it themselves)

deploy/kafka/lib/.fetched: deploy/kafka/pom.xml
	@if command -v mvn >/dev/null && command -v java >/dev/null; then \
	  echo "Fetching Apache Kafka (44 MB, once) ..."; \
	  if said=$$(mvn -q -B -f deploy/kafka/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=lib 2>&1); \
	  then touch $@; else echo "$$said"; echo "Apache Kafka could not be fetched: the tests on it will be skipped and say so."; [ "$$CI" != true ]; fi; \
	elif [ "$$CI" = true ]; then echo "Java 17 or Maven is missing, and CI=true wants the real Apache Kafka: on Debian, apt-get install default-jre-headless maven"; exit 1; \
	else echo "Java 17 or Maven is missing: the tests on Apache Kafka will be skipped and say so. On Debian: apt-get install default-jre-headless maven"; fi

tools: setup  ## Install Chromium, fish, zsh and promtool from Debian (the tests do it themselves, as root)
	@tests/install_tools.sh $(BIN)

test: setup kafka tools check  ## Check, then run every test (under 10 minutes on 2 cores)
	@$(BIN)/pytest $(ARGS)

check: setup  ## Format, lint, types, import contracts, dead code
	@echo "format ..." && $(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@echo "lint ..." && $(BIN)/ruff check --quiet .
	@echo "types ..." && $(BIN)/mypy --no-error-summary
	@echo "import contracts ..." && $(BIN)/lint-imports --no-logo >.import-contracts.log 2>&1 || { cat .import-contracts.log; exit 1; }
	@echo "dead code ..." && ! $(BIN)/vulture | grep -vE "^tests/|unused (variable|attribute)"

format: setup  ## Format the code and mend what the linter can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

faults: setup $(if $(REAL),kafka)  ## Run seeded fault runs on a modelled log (SEEDS=10000), or of real processes (REAL=200)
	@$(BIN)/python -m tests.faults --seeds $(or $(SEEDS),1000) --real $(or $(REAL),0) $(ARGS)

bench: setup kafka $(VENV)/.bench  ## Run the benchmarks and print their tables (ARGS=name for one)
	@$(BIN)/python -m tests.benchmarks $(ARGS)

$(VENV)/.bench: $(BENCH_LOCK) $(VENV)/.installed
	@echo "Fetching what the benchmarks compare with (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $(BENCH_LOCK)
	@touch $@

lock:  ## Resolve the dependencies anew, with hashes and without an index address (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  pyproject.toml -o deploy/requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --extra testing --group dev pyproject.toml -o $(LOCK)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --group build -c $(LOCK) -o deploy/requirements-build.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --group bench -c $(LOCK) -o $(BENCH_LOCK)

clean:  ## Remove everything that set-up, tests and demo made
	rm -rf $(VENV) deploy/kafka/lib build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .import-contracts.log
