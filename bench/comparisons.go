package main

import (
	"fmt"
	"slices"
)

// directive is the site of the proxy as most would write it.
const directive = "translate_errors"

// The sides.
var (
	koine       = side{name: "Koine", binary: koineShipped, site: directive}
	stock       = side{name: "Caddy", binary: stockShipped}
	koineTuned  = side{name: "Koine, same build settings", binary: koineShipped, site: directive, env: sameCollector}
	stockTuned  = side{name: "Caddy, same build settings", binary: stockGuided, env: sameCollector}
	koinePasses = side{name: "Koine without the directive", binary: koineShipped}
	byHand      = side{name: "Go by hand", binary: handwritten, translates: true}
	byHandPlain = side{name: "Go by hand, passing", binary: handwritten}
	nginxPlain  = side{name: "nginx", binary: nginx}
	nginxLua    = side{name: "nginx with Lua", binary: nginx, translates: true}
	intercept   = side{name: "Caddy intercept", binary: stockShipped, site: interceptSite}
	handleProxy = side{name: "Caddy handle_response", binary: stockShipped, proxy: handleResponse}
)

const interceptSite = `intercept {
		@errors status 4xx 5xx
		handle_response @errors {
			header Content-Type application/json
			respond ` + "`" + `{"error":{"code":"RESOURCE.NOT_FOUND","status":404,"message":"Not found."}}` + "`" + ` 404
		}
	}`

const handleResponse = `@errors status 4xx 5xx
		handle_response @errors {
			header Content-Type application/json
			respond ` + "`" + `{"error":{"code":"RESOURCE.NOT_FOUND","status":404,"message":"Not found."}}` + "`" + ` 404
		}`

// nested and ok are the loads of most comparisons.
var (
	nested = load{path: "nested", connections: 32}
	ok     = load{path: "ok", connections: 32}
)

// latencyRate is the fixed rate of comparisons of latency, in requests per second: well below what two cores can do.
const latencyRate = 3000

// comparisons returns every comparison, in order.
func comparisons() []comparison {
	return slices.Concat(nullTests(), promises(), peers(), kinds(), options(), growth())
}

// nullTests compare a side with itself: what they differ from 1 is what the machine adds.
func nullTests() []comparison {
	return []comparison{
		{name: "null/error", about: "stock Caddy against itself, an error", subject: stock, baseline: stock, load: nested},
		{name: "null/success", about: "stock Caddy against itself, a success", subject: stock, baseline: stock, load: ok},
	}
}

func promises() []comparison {
	slow, slowOK := nested, ok
	slow.rate, slowOK.rate = latencyRate, latencyRate
	return []comparison{
		{name: "shipped/error", about: "a translated error, against stock Caddy that passes it", subject: koine, baseline: stock, load: nested, limit: 0.95},
		{name: "shipped/success", about: "a success", subject: koine, baseline: stock, load: ok, limit: 0.85},
		{name: "same-settings/error", about: "both with the same profile and GOGC=300", subject: koineTuned, baseline: stockTuned, load: nested, limit: 1.10},
		{name: "same-settings/success", about: "both with the same profile and GOGC=300", subject: koineTuned, baseline: stockTuned, load: ok, limit: 1.01},
		{name: "latency/error", about: fmt.Sprintf("at %d requests per second", latencyRate), subject: koine, baseline: stock, load: slow},
		{name: "latency/success", about: fmt.Sprintf("at %d requests per second", latencyRate), subject: koine, baseline: stock, load: slowOK},
	}
}

// peers compare what each program adds to its own passing of the same bytes, and the programs with each other.
func peers() []comparison {
	return []comparison{
		{name: "adds/koine", about: "what translating adds to the same binary", subject: koine, baseline: koinePasses, load: nested},
		{name: "adds/nginx-lua", about: "what translating adds to nginx", subject: nginxLua, baseline: nginxPlain, load: nested},
		{name: "adds/by-hand", about: "what translating adds to the handwritten proxy", subject: byHand, baseline: byHandPlain, load: nested},
		{name: "peer/intercept", about: "Caddy's intercept with a fixed text", subject: intercept, baseline: stock, load: nested},
		{name: "peer/handle_response", about: "Caddy's handle_response with a fixed text", subject: handleProxy, baseline: stock, load: nested},
	}
}

// kinds compare kinds of bodies and of connections with stock Caddy that passes them.
func kinds() []comparison {
	var all []comparison
	for _, kind := range []string{"flat", "unknown", "xml", "html", "text", "empty", "gzip"} {
		all = append(all, comparison{name: "kind/" + kind, subject: koine, baseline: stock, load: load{path: kind, connections: 32}})
	}
	http2 := nested
	http2.http2 = true
	return append(all, comparison{name: "kind/http2", about: "clients with HTTP/2", subject: koine, baseline: stock, load: http2})
}

// options compare settings of the directive with the directive alone.
func options() []comparison {
	with := func(name, block string) comparison {
		s := koine
		s.name, s.site = "Koine, "+name, "translate_errors {\n\t\t"+block+"\n\t}"
		return comparison{name: "option/" + name, about: block, subject: s, baseline: koine, load: nested}
	}
	logged, plainLogged := koine, stock
	logged.name, plainLogged.name = "Koine, access log", "Caddy, access log"
	logged.site, plainLogged.site = directive+"\n\tlog {\n\t\toutput discard\n\t}", "log {\n\t\toutput discard\n\t}"
	return []comparison{
		with("named", "dialect success"),
		with("all", "dialect all"),
		with("observe", "mode observe"),
		with("limit", "rate_limit {\n\t\t\tlimit 1000000000 per 1s\n\t\t}"),
		with("limit-redis", "rate_limit {\n\t\t\tlimit 1000000000 per 1s\n\t\t\tstore redis redis://REDIS\n\t\t}"),
		with("no-limit-headers", "rate_limit_headers off"),
		{name: "option/access-log", about: "both with an access log that is discarded", subject: logged, baseline: plainLogged, load: nested},
	}
}

// growth compares sizes and numbers of connections, for plots.
func growth() []comparison {
	var all []comparison
	for _, size := range sizes {
		l := load{path: fmt.Sprintf("json/%d", size), connections: 8}
		all = append(all, comparison{name: fmt.Sprintf("size/%d", size), subject: koine, baseline: stock, load: l, chart: chart{"size", float64(size)}})
	}
	for _, n := range []int{1, 4, 32, 128, 512} {
		l := nested
		l.connections = n
		all = append(all, comparison{name: fmt.Sprintf("connections/%d", n), subject: koine, baseline: stock, load: l, chart: chart{"connections", float64(n)}})
	}
	few := withCodes(10)
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		all = append(all, comparison{name: fmt.Sprintf("codes/%d", n), about: "against ten codes", subject: withCodes(n), baseline: few,
			load: nested, limit: 1.05, chart: chart{"codes", float64(n)}})
	}
	five, every := koine, koine
	five.name, five.site = "Koine, five dialects", "translate_errors {\n\t\tdialect rustbill licensekey orders success validonx\n\t}"
	every.name, every.site = "Koine, every dialect", "translate_errors {\n\t\tdialect rustbill licensekey orders success validonx all\n\t}"
	return append(all, comparison{name: "dialects/all", about: "every dialect against the first five", subject: every, baseline: five, load: nested, limit: 1.05})
}

// withCodes is a site with a mapping file of n codes.
func withCodes(n int) side {
	s := koine
	s.name, s.codes, s.site = fmt.Sprintf("Koine, %d codes", n), n, "translate_errors {\n\t\tdialect DIR/codes.yaml\n\t}"
	return s
}
