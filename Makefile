# `make run` opens the window, `make test` runs everything; both set up what is missing first.

PYTHON_BIN = .venv/bin/python
FILE ?=

.PHONY: run test quick setup benchmarks screenshots clean

run:
	@.ci/setup
	@.ci/open $(if $(FILE),"$(FILE)")

setup:
	@.ci/setup tests

test: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	$(PYTHON_BIN) -m pytest -n auto --dist loadfile

quick: setup
	$(PYTHON_BIN) -m pytest -n auto --dist loadfile -m "not tensorflow and not slow"

benchmarks: setup
	$(PYTHON_BIN) -m tests.benchmarks

# README's pictures, drawn without a display
screenshots: setup
	$(PYTHON_BIN) -m tests.screenshots

clean:
	rm -rf build dist .mypy_cache .ruff_cache
