package koine

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
)

// TestGatewayStatus checks which responses gateway_status changes.
func TestGatewayStatus(t *testing.T) {
	returned := func(status int) caddyhttp.HandlerFunc {
		return func(http.ResponseWriter, *http.Request) error { return caddyhttp.Error(status, errors.New("no")) }
	}
	const json = "application/json"
	for name, c := range map[string]struct {
		block  string
		next   caddyhttp.HandlerFunc
		header []string
		status int
		code   string // empty if Koine does not answer
		proxy  string
	}{
		"written 502":  {"gateway_status 503", write(502, json, "{}"), nil, 503, "UPSTREAM.ERROR", "koine; received-status=502"},
		"written 504":  {"gateway_status 500", write(504, json, "{}"), nil, 500, "UPSTREAM.TIMEOUT", "koine; received-status=504"},
		"written 503":  {"gateway_status 500", write(503, json, "{}"), nil, 503, "UPSTREAM.UNAVAILABLE", "koine; received-status=503"},
		"written 404":  {"gateway_status 503", write(404, json, "{}"), nil, 404, "RESOURCE.NOT_FOUND", "koine; received-status=404"},
		"returned 502": {"gateway_status 503", returned(502), nil, 503, "UPSTREAM.ERROR", "koine; error=http_protocol_error"},
		"returned 504": {"gateway_status 503", returned(504), nil, 503, "UPSTREAM.TIMEOUT", "koine; error=http_response_timeout"},
		"not set":      {"", write(502, json, "{}"), nil, 502, "UPSTREAM.ERROR", "koine; received-status=502"},
		"passed":       {"gateway_status 503\nunmapped pass", write(502, json, "{}"), nil, 502, "", ""},
		"another type": {"gateway_status 503", write(502, "image/png", "x"), nil, 502, "", ""},
		"error routes": {"gateway_status 503\nproxy_errors pass", returned(502), nil, 502, "", ""},
		"for browsers": {"gateway_status 503", returned(502), []string{"Accept", "text/html"}, 502, "", ""},
		"out of scope": {"gateway_status 503\nonly 4xx", write(502, json, "{}"), nil, 502, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := get(t, serve(t, provision(t, c.block), c.next).URL, c.header...)
			if got.Header.Get("Proxy-Status") != c.proxy {
				t.Errorf("Proxy-Status is %q, want %q", got.Header.Get("Proxy-Status"), c.proxy)
			}
			if c.code == "" {
				if got.StatusCode != c.status || strings.Contains(got.body, "request_id") {
					t.Errorf("got %d %s", got.StatusCode, got.body)
				}
				return
			}
			got.wantEnvelope(t, c.status, c.code)
			if n := gjson.Get(got.body, "error.status").Int(); n != int64(c.status) {
				t.Errorf("error.status is %d, want %d", n, c.status)
			}
		})
	}
}

// TestGatewayStatusHeaders checks that the header of a replaced 502 is that of a
// 502: with Retry-After, and without the rules of caches for another status.
func TestGatewayStatusHeaders(t *testing.T) {
	for value, want := range map[string]string{"7": "7", "soon": "", "": ""} {
		got := answerTo(t, "gateway_status 500", 502, http.Header{
			"Content-Type": {"application/json"}, "Retry-After": {value}, "Cache-Control": {"max-age=60"},
		}, "{}").Header()
		if got.Get("Retry-After") != want || got.Get("Cache-Control") != "no-store" {
			t.Errorf("for Retry-After %q: %v", value, got)
		}
	}
}

// TestGatewayStatusInJSON checks that a JSON config is checked like a Caddyfile.
func TestGatewayStatusInJSON(t *testing.T) {
	for status, valid := range map[int]bool{0: true, 500: true, 501: true, 503: true, 599: true, -1: false, 499: false, 502: false, 504: false, 600: false} {
		h := &Handler{GatewayStatus: status}
		h.setDefaults()
		err := h.check()
		if (err == nil) != valid {
			t.Errorf("%d: %v", status, err)
		}
		if err != nil && !strings.Contains(err.Error(), "expected a status from 500 to 599 except 502 and 504, for example 503") {
			t.Errorf("%d: %v", status, err)
		}
	}
}
