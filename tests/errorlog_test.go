package tests

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestErrorLog runs the same sites with and without the directive, and compares their logs
// of returned errors.
func TestErrorLog(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]string{
		"default":     "",
		"credentials": "\n\tservers {\n\t\tlog_credentials\n\t}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareErrorLogs(t, options)
		})
	}
}

// The sites of TestErrorLog, with DIRECTIVE in place of the directive.
const errorSites = `
http://plain.test:{$PORT} {
	DIRECTIVE
	import routes
}
http://logged.test:{$PORT} {
	log
	DIRECTIVE
	import routes
}
http://named.test:{$PORT} {
	log audit {
		output discard
	}
	DIRECTIVE
	import routes
}
http://*.wild.test:{$PORT} {
	log wild {
		output discard
	}
	DIRECTIVE
	import routes
}
http://both.test:{$PORT} {
	log one {
		hostnames both.test
		output discard
	}
	log two {
		hostnames both.test
		output discard
	}
	DIRECTIVE
	import routes
}
http://override.test:{$PORT} {
	log
	log_name other another
	DIRECTIVE
	import routes
}
(routes) {
	rewrite /old* /new{uri}
	handle_path /stripped/* {
		reverse_proxy 127.0.0.1:9
	}
	handle /file/* {
		root {$STATE}/none
		file_server
	}
	handle /text/* {
		error "short and stout" 418
	}
	handle /empty/* {
		error 503
	}
	handle /locked/* {
		basic_auth {
			bob $2a$04$oE1rXy72bR6mabNZ6L9LMOYzLh87okyPlnhSVbBVvOv6T6W2y/qbi
		}
	}
	handle /upload/* {
		request_body {
			max_size 10
		}
		reverse_proxy 127.0.0.1:9
	}
	handle /broken/* {
		templates
		respond "{{nope}}"
		header Content-Type text/html
	}
	handle {
		reverse_proxy 127.0.0.1:9
	}
}
`

func compareErrorLogs(t *testing.T, options string) {
	t.Helper()
	const snippet = "\n(routes) {"
	sites, routes, _ := strings.Cut(errorSites, snippet) // snippets come first
	all := snippet + routes + sites
	without := serve(t, options, strings.ReplaceAll(all, "DIRECTIVE", ""))
	with := serve(t, options, strings.ReplaceAll(all, "DIRECTIVE", "translate_errors"))
	hosts := []string{"plain.test", "LOGGED.test", "named.test", "a.wild.test", "both.test", "override.test"}
	paths := []string{"/down?a=1&b=%20", "/old/x?y=1", "/stripped/x", "/file/none.txt", "/text/x", "/empty/x", "/locked/x", "/upload/x", "/broken/x"}
	for _, host := range hosts {
		for _, path := range paths {
			method, body := "GET", ""
			if path == "/upload/x" {
				method, body = "POST", "longer than ten bytes"
			}
			for _, p := range []*proxy{without, with} {
				p.send(t, method, host+path, body, "X-Request-ID: client-1", "Cookie: a=secret", "Authorization: Bearer secret", "X-Forwarded-For: 203.0.113.7")
			}
		}
	}
	want, got := without.errorLog(t, len(hosts)*len(paths)), with.errorLog(t, len(hosts)*len(paths))
	if len(want) != len(got) {
		t.Errorf("without the directive %d errors are logged, with it %d", len(want), len(got))
	}
	for i := range min(len(want), len(got)) {
		for _, key := range []string{"level", "logger", "msg", "status", "err_trace"} {
			if w, g := withoutErrorID(want[i][key]), withoutErrorID(got[i][key]); w != g {
				t.Errorf("line %d: %s is %v, want %v", i, key, g, w)
			}
		}
		compareKeys(t, "the line", want[i], got[i])
		if id, _ := got[i]["err_id"].(string); got[i]["err_id"] != nil && len(id) != 9 {
			t.Errorf("line %d: err_id is %q", i, id)
		}
		compareRequests(t, want[i], got[i])
	}
}

// withoutErrorID replaces the random id in a message.
func withoutErrorID(v any) any {
	if s, ok := v.(string); ok {
		return regexp.MustCompile(`\{id=\w{9}\}`).ReplaceAllString(s, "{id=…}")
	}
	return v
}

// errorLog returns the log lines of returned errors, once there are enough of them. Two sites
// log each error twice.
func (p *proxy) errorLog(t *testing.T, minimum int) (lines []logLine) {
	t.Helper()
	eventually(t, "all errors are logged", func() bool {
		lines = lines[:0]
		for _, l := range p.logLines(t) {
			if logger, _ := l["logger"].(string); strings.HasPrefix(logger, "http.log.error") {
				lines = append(lines, l)
			}
		}
		return len(lines) >= minimum
	})
	return lines
}

func compareKeys(t *testing.T, what string, want, got map[string]any) {
	t.Helper()
	w, g := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))
	if !slices.Equal(w, g) {
		t.Errorf("%s of %v: keys %v, want %v", what, want["msg"], g, w)
	}
}

func compareRequests(t *testing.T, want, got logLine) {
	t.Helper()
	w, _ := want["request"].(map[string]any)
	g, _ := got["request"].(map[string]any)
	compareKeys(t, "the request", w, g)
	for _, key := range []string{"remote_ip", "client_ip", "proto", "method", "host", "uri"} {
		if w[key] != g[key] {
			t.Errorf("%s of the request is %v, want %v", key, g[key], w[key])
		}
	}
	wh, _ := w["headers"].(map[string]any)
	gh, _ := g["headers"].(map[string]any)
	compareKeys(t, "the header", wh, gh)
	for name := range wh {
		ws, _ := wh[name].([]any)
		gs, _ := gh[name].([]any)
		if !slices.Equal(ws, gs) {
			t.Errorf("header %s is %v, want %v", name, gs, ws)
		}
	}
}

// TestAccessLog checks the fields that errors have in the access log.
func TestAccessLog(t *testing.T) {
	t.Parallel()
	backend := respondWith(t, map[string]response{
		"/ok":        {200, []string{asJSON}, "{}"},
		"/missing":   {404, []string{asJSON}, missing},
		"/long-code": {400, []string{asJSON}, `{"code":"` + strings.Repeat("A_", 200) + `","message":"x"}`},
		"/id":        {404, []string{asJSON}, `{"code":"customer_not_found","message":"No customer.","request_id":"their id"}`},
		"/page":      {404, []string{asHTML}, "<p>"},
	})
	p := serve(t, "", `
http://access.test:{$PORT} {
	log
	translate_errors
	reverse_proxy /down 127.0.0.1:9
	reverse_proxy `+backend+`
}
`)
	for path, want := range map[string]logLine{
		"/ok":        {"status": 200.0, "error_code": nil, "upstream_code": nil, "upstream_status": nil},
		"/missing":   {"status": 404.0, "error_code": "PLAN.NOT_FOUND", "upstream_code": "plan_not_found", "upstream_status": 404.0},
		"/long-code": {"status": 400.0, "error_code": "REQUEST.INVALID", "upstream_code": strings.Repeat("A_", 64), "upstream_status": 400.0},
		"/id":        {"status": 404.0, "error_code": "CUSTOMER.NOT_FOUND", "upstream_code": "customer_not_found", "upstream_request_id": "their_id"},
		"/down":      {"status": 502.0, "error_code": "UPSTREAM.ERROR", "upstream_code": nil, "upstream_status": 502.0},
	} {
		id := p.get(t, "access.test"+path).id(t)
		got := p.access(t, id)
		for key, value := range want {
			if got[key] != value {
				t.Errorf("%s: %s is %v, want %v", path, key, got[key], value)
			}
		}
	}
	if got := p.access(t, p.get(t, "access.test/page", acceptHTML).id(t)); got["error_code"] != nil {
		t.Errorf("a page that passed through is logged as %v", got)
	}
}
