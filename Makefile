# `make run` opens the window, `make test` runs everything; both set up what is missing first.

PYTHON_BIN = .venv/bin/python
FILE ?=

.PHONY: run test quick setup benchmarks bundle fuzz soak screenshots clean

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

# dist/tflite-inspector: the program for machines without Python, built and tried; INSPECTOR_FLAVOUR=full has TensorFlow
bundle: setup
	$(PYTHON_BIN) -m PyInstaller --noconfirm --log-level WARN --workpath build/pyinstaller build.spec
	$(PYTHON_BIN) -m tests.bundle_check

# the sample model before and after pruning x five schemes: about a minute, then build/report.html
report: setup
	-$(PYTHON_BIN) -m inspector sweep resources/samples/sweep.toml -o build/sample.results
	$(PYTHON_BIN) -m inspector report build/sample.results -o build/report.html --force

# 200,000 damaged files through reader, statistics, exports; MINUTES=5 stops it earlier
fuzz: setup
	$(PYTHON_BIN) -m tests.fuzz $(if $(MINUTES),--minutes $(MINUTES))

# 1,000 times open, select, close in one window, and 200 jobs on one worker: nothing may grow or stay behind
soak: setup
	$(PYTHON_BIN) -m tests.soak

# README's pictures, drawn without a display
screenshots: setup
	$(PYTHON_BIN) -m tests.screenshots

clean:
	rm -rf build dist .mypy_cache .ruff_cache
