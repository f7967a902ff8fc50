# Two commands do it all: `make demo` shows it, `make test` proves it. Each prepares what it needs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR

.PHONY: help
help: ## Lists these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name what; do \
		printf '  make %-13s %s\n' "$$name" "$$what"; done

.PHONY: demo
demo: ## Builds it, serves examples/quickstart on this machine, and swaps a route under load
	@.ci/setup demo
	@examples/demo.sh

.PHONY: test
test: setup format lint docs tests differential ## Checks format, lints and docs, runs all tests, replays the fuzz corpora
	@echo "make test: all of it passed"

.PHONY: setup
setup:
	@.ci/setup test

.PHONY: format
format: ## Checks the format
	cargo fmt --all --check
	cargo fmt --check --manifest-path benches/differential/Cargo.toml
	cargo fmt --check --manifest-path fuzz/Cargo.toml

# The fuzz targets are checked and not linked, so libFuzzer itself need not be compiled.
.PHONY: lint
lint: ## Clippy on everything; a warning is an error
	cargo clippy --locked --workspace --all-targets -- -D warnings
	CUSTOM_LIBFUZZER_PATH=./libFuzzer.a cargo clippy --locked --manifest-path fuzz/Cargo.toml -- -D warnings

.PHONY: docs
docs: ## Builds the documentation; a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet

.PHONY: tests
tests: ## All tests of the workspace; one of them replays the fuzz corpora
	cargo test --locked --workspace

# A workspace of its own, so that what it links stays out of the shipped lock file.
.PHONY: differential
differential: ## Compares our HTTP/1 with hyper, and replays the faults of monoio-http
	cargo test --locked --manifest-path benches/differential/Cargo.toml
