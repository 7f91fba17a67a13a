# `make` or `make help` lists the targets. Nothing here needs more than Go 1.26; the tests want a C compiler and redis-server too.

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0
FUZZTIME    ?= 30s
BENCHTIME   ?= 1s
TIMEOUT     ?= 15m
TESTFLAGS   ?=

.DEFAULT_GOAL := help
.PHONY: help run build deps test lint fmt bench fuzz vuln clean

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## serve Caddyfile.example: demo backends and the translating proxy in one process
	@echo 'Ask the proxy, and the backend behind it, from another terminal:'
	@echo '  curl -i localhost:8080/rustbill/missing; echo; curl -i localhost:9001/missing'
	@echo '  curl -i localhost:8080/success/busy      curl -i -H "Accept: application/problem+json" localhost:8080/rustbill/form'
	@echo '  curl -i localhost:8080/orders/late       curl -i localhost:8080/down/'
	@echo 'Ctrl-C ends it.'
	@exec bin/caddy run --config Caddyfile.example --adapter caddyfile

build: ## build Caddy with every standard module and this one: bin/caddy
	$(GO) build -o bin/caddy ./caddy

deps: ## install what the tests need beside Go: a C compiler, for the race detector, and redis-server
	@missing=; \
	command -v gcc >/dev/null || command -v clang >/dev/null || missing="gcc libc6-dev"; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; \
	else echo "make deps: please install $$missing" >&2; exit 1; fi

test: deps ## run every test with the race detector, then check the code; TESTFLAGS=-v names each test
	CGO_ENABLED=1 $(GO) test -race -timeout $(TIMEOUT) $(TESTFLAGS) $$($(GO) list ./... | grep -v /redisstore$$)
	CGO_ENABLED=1 $(GO) test -race -timeout $(TIMEOUT) $(TESTFLAGS) ./redisstore # by itself: it holds Redis to its time-outs
	@$(MAKE) --no-print-directory lint

lint: fmt ## gofmt, go vet and staticcheck
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

fmt: # complain about files that gofmt would change
	@files="$$(gofmt -l .)"; if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

bench: ## run the benchmarks, with allocations
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) . ./internal/... ./translate/... ./mappings ./ratelimit

fuzz: ## fuzz each target for FUZZTIME (30s)
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed -E 's|/[^/]*_test\.go:func | |' | sort -u | \
	while read -r dir name; do \
		echo "$$name in $$dir, $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "$$dir" </dev/null || exit 1; \
	done

vuln: ## look for known vulnerabilities in what is called
	$(GO) run $(GOVULNCHECK) ./...

clean: ## remove what make built
	rm -rf bin
