# Targets for the folder of an edge: `include edge.mk`, then `make edge.artifact`.
EDGE ?= edge
BASE ?= HEAD
# Names of branches are texts of strangers: the shell sees them as variables, never as its own text.
export EDGE BASE

.PHONY: edge-validate edge-test edge-diff edge-check
edge-validate: ## findings; warnings count
	pointsman validate --deny warnings -- "$$EDGE"

edge-test: ## [[tests]], and which routes they reach
	pointsman test -- "$$EDGE"

edge-diff: ## what changes for requests since BASE
	pointsman diff --git="$$BASE" -- "$$EDGE"

# Written only where all of it holds.
edge.artifact: edge-validate $(shell find $(EDGE) -name '*.toml')
	pointsman compile --deny warnings -o $@ -- "$$EDGE"

edge-check: edge.artifact ## whether a pointsmand of this version would serve it; on Linux
	pointsmand check --artifact $<
