# `make` or `make help` lists the targets. All need Go 1.26; the tests also need the tools of `make deps`.

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0
FUZZTIME    ?= 30s
BENCHTIME   ?= 1s
TIMEOUT     ?= 15m
TESTFLAGS   ?=
BENCHFLAGS  ?=
BASE        ?= HEAD~1

.DEFAULT_GOAL := help
.PHONY: help run build need-go need-run need-test deps test lint fmt bench bench-compare bench-peers profile fuzz vuln clean

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: need-run build ## serve Caddyfile.example: demo upstreams and the translating proxy in one process
	@echo 'Send requests to the proxy, or directly to an upstream, from another terminal:'
	@echo '  curl -i localhost:8080/rustbill/missing; echo; curl -i localhost:9001/missing'
	@echo '  curl -i localhost:8080/success/busy      curl -i -H "Accept: application/problem+json" localhost:8080/rustbill/form'
	@echo '  curl -i localhost:8080/orders/late       curl -i localhost:8080/down/'
	@echo 'What was seen: http://localhost:8080/board'
	@echo 'Stop with Ctrl-C.'
	@exec bin/caddy run --config Caddyfile.example --adapter caddyfile

build: need-go ## build Caddy with every standard module and this one: bin/caddy
	$(GO) build -o bin/caddy ./caddy

need-run: need-go
	@echo 'make run needs Go 1.26, the network for the first build, and the free ports 8080 and 9001 to 9005 (9009 must be unused).'
	@echo 'The first build compiles all of Caddy: a few minutes, and about 2 GB of disk for the caches of Go. Later builds take seconds.'

need-test: need-go
	@echo 'make test needs Go 1.26, a C compiler (for the race detector), redis-server, chromium, prometheus, node and npm; as root on Debian or Ubuntu it installs all but Go.'
	@echo 'The first run compiles all of Caddy, with and without the race detector: 10 to 20 minutes on two cores, and about 4 GB of disk.'
	@echo 'For a quick check while you work: go test ./translate/...'

need-go:
	@command -v $(GO) >/dev/null || { echo 'Go 1.26 or newer is needed: https://go.dev/dl/' >&2; exit 1; }

deps: ## install the other tools that the tests need: a C compiler, redis-server, Chromium, Prometheus, Node.js
	@missing=; \
	need() { command -v "$$1" >/dev/null || missing="$$missing $$2"; }; \
	command -v clang >/dev/null || need gcc "gcc libc6-dev"; \
	need redis-server redis-server; need chromium chromium; need prometheus prometheus; need promtool prometheus; \
	need node nodejs; need npm npm; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; \
	else echo "make deps: please install $$missing" >&2; exit 1; fi

test: need-test deps ## run every test with the race detector, then check the code; TESTFLAGS=-v prints each test
	CGO_ENABLED=1 $(GO) test -race -pgo=off -timeout $(TIMEOUT) $(TESTFLAGS) $$($(GO) list ./... | grep -v /redisstore$$)
	CGO_ENABLED=1 $(GO) test -race -pgo=off -timeout $(TIMEOUT) $(TESTFLAGS) ./redisstore # separately: its tests measure timeouts
	@$(MAKE) --no-print-directory lint

lint: fmt ## gofmt, go vet and staticcheck
	$(GO) vet -pgo=off ./... # the profile would compile every package of Caddy once more
	$(GO) run $(STATICCHECK) ./...

fmt: # list files that gofmt would change
	@files="$$(gofmt -l .)"; if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

bench: ## run the benchmarks, with allocations
	$(GO) test -pgo=off -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) . ./internal/... ./translate/... ./mappings/... ./ratelimit

bench-compare: ## compare the benchmarks of the engine with commit BASE (HEAD~1); fails if one is slower by more than 3 %
	bench/engine.sh $(BASE)

bench-peers: ## measure the proxy against other proxies, in fresh processes; needs nginx, libnginx-mod-http-lua, lua-cjson
	$(GO) run ./bench $(BENCHFLAGS)

profile: ## make caddy/default.pgo, with which the binary is built, from a mixed load
	$(GO) run ./bench -profile caddy/default.pgo

fuzz: ## fuzz each target for FUZZTIME (30s)
	@grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' . | sed -E 's|/[^/]*_test\.go:func | |' | sort -u | \
	while read -r dir name; do \
		echo "$$name in $$dir, $(FUZZTIME)"; \
		$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$dir" </dev/null || exit 1; \
	done

vuln: ## report known vulnerabilities in the code that is used
	$(GO) run $(GOVULNCHECK) ./...

clean: ## remove the built binary
	rm -rf bin
