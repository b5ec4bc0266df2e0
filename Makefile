# Two commands are all a user needs: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
DEV := $(VENV)/.dev
UV_PIN := 0.13.9
OUT ?= out/liulin

.PHONY: run test campaign check lint bench doctor lock format system help

help:  ## 列出命令 / list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /  /'

run: $(STAMP)  ## 装好环境，把示例社区从头跑到报告 / set up, then run the example to its report
	$(BIN)/renlin run examples/liulin --out $(OUT)

test: $(DEV) system  ## 装好测试所需，跑全部测试 / set up what the tests need and run them
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(DEV)  ## 格式、规范、类型、楼层 / format, lint, types, floors
	$(BIN)/ruff format --check src tests benchmarks examples
	$(BIN)/ruff check src tests benchmarks examples
	$(BIN)/mypy
	$(BIN)/lint-imports

campaign: $(DEV) system  ## 性质各抽几百例，重复的也全跑 / hundreds of examples, and every repetition
	RENLIN_EXAMPLES=full $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: lint test  ## 推送前全查一遍 / everything before a push

bench: $(DEV)  ## 速度与内存 / speed and memory, as one table
	$(BIN)/python -m benchmarks

doctor: $(STAMP)  ## 这台机器缺什么 / what is missing here
	$(BIN)/renlin doctor

format: $(DEV)
	$(BIN)/ruff format src tests benchmarks examples
	$(BIN)/ruff check --fix src tests benchmarks examples

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || (echo "需要 Python 3.11–3.13，例如 make run PYTHON=python3.12 / Python 3.11 to 3.13 is needed" >&2; exit 1)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_PIN)

$(STAMP): requirements.lock pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock || $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -c 'import renlin.study.job, renlin.report.write'  # compiled once, not in every call
	$(BIN)/renlin doctor
	@touch $@

$(DEV): requirements-dev.lock $(STAMP)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock || $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

system:
	@sh tests/setup_system.sh

lock: | $(BIN)/uv  ## 重算锁定文件 / recompute the locks
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra setup pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra setup --extra dev pyproject.toml -o requirements-dev.lock
