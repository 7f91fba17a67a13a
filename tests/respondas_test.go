package tests

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

// respondAsUpstream has the errors of the tests about answers in a dialect.
func respondAsUpstream(t *testing.T) string {
	return respondWith(t, map[string]response{
		"/missing": {404, []string{asJSON}, `{"error":"not_found","message":"There is no such plan."}`},
		"/invalid": {422, []string{asJSON}, `{"code":"validation_failed","message":"Look at the form.","request_id":"req_1"}`},
		"/busy":    {429, []string{asJSON, "Retry-After: 7"}, `{"error":"rate_limited","message":"Too many."}`},
		"/page":    {503, []string{asHTML}, errorPage},
		"/stream":  {200, []string{"Content-Type: text/event-stream"}, "event: error\ndata: {\"error\":{\"message\":\"It broke off.\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n"},
	})
}

// TestRespondAs checks who is answered in which dialect, with which headers.
func TestRespondAs(t *testing.T) {
	t.Parallel()
	backend := respondAsUpstream(t)
	p := serve(t, "\n\tmetrics", `
http://old.test:{$PORT} {
	@old header X-Client old
	@all path /slack/*
	translate_errors {
		respond_as @old rustbill {
			deprecation 2026-07-01 https://docs.example.com/new
			sunset 2027-01-01T00:00:00Z
		}
		respond_as @all slack
		respond_as /openai/* openai
		respond_as /both/* canonical+licensekey
		respond_as /clash/* canonical+orders
		respond_as /rpc/* jsonrpc2
		streams translate
		rate_limit /openai/limited {
			key global
			limit 1 per 1h
		}
	}
	handle_path /openai/limited {
		respond ok
	}
	handle_path /slack/* {
		reverse_proxy `+backend+`
	}
	handle_path /openai/* {
		reverse_proxy `+backend+`
	}
	handle_path /both/* {
		reverse_proxy `+backend+`
	}
	handle_path /clash/* {
		reverse_proxy `+backend+`
	}
	handle_path /rpc/* {
		reverse_proxy `+backend+`
	}
	reverse_proxy /down `+refusedAddress+`
	reverse_proxy `+backend+`
}
http://default.test:{$PORT} {
	translate_errors {
		envelope rustbill canonical
	}
	reverse_proxy `+backend+`
}
`)
	t.Run("its own code and status, and until when", func(t *testing.T) {
		a := p.get(t, "old.test/missing", "X-Client: old")
		if want := `{"error":"not_found","message":"There is no such plan."}`; a.status != 404 || string(a.body) != want {
			t.Errorf("got %d %s, want %s", a.status, a.body, want)
		}
		for name, want := range map[string]string{
			"Deprecation": "@1782864000", "Sunset": "Fri, 01 Jan 2027 00:00:00 GMT", "Content-Type": "application/json", "Link": `<https://docs.example.com/new>; rel="deprecation"`,
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control is %q", got)
		}
	})
	t.Run("others get the envelope", func(t *testing.T) {
		a := p.get(t, "old.test/missing")
		if e := a.envelope(t); e.Error.Code != "RESOURCE.NOT_FOUND" || a.header.Get("Deprecation") != "" {
			t.Errorf("got %s", a.body)
		}
	})
	t.Run("a page is an error for such a client, even a browser", func(t *testing.T) {
		a := p.get(t, "old.test/page", "X-Client: old", acceptHTML)
		if a.status != 503 || gjson.GetBytes(a.body, "message").Str == "" || a.header.Get("Vary") != "" {
			t.Errorf("got %d %v %s", a.status, a.header, a.body)
		}
	})
	t.Run("an error of Caddy", func(t *testing.T) {
		a := p.get(t, "old.test/down", "X-Client: old", acceptHTML)
		if a.status != 502 || gjson.GetBytes(a.body, "error").Str != "provider_error" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	})
	t.Run("on a 200", func(t *testing.T) {
		a := p.get(t, "old.test/slack/busy")
		if a.status/100 != 2 && a.status != 429 || gjson.GetBytes(a.body, "error").Str != "ratelimited" || gjson.GetBytes(a.body, "ok").Raw != "false" || a.header.Get("Retry-After") != "7" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	})
	t.Run("null and a string", func(t *testing.T) {
		a := p.get(t, "old.test/openai/missing")
		if a.status != 404 || gjson.GetBytes(a.body, "error.param").Raw != "null" || gjson.GetBytes(a.body, "error.message").Str != "There is no such plan." {
			t.Errorf("got %d %s", a.status, a.body)
		}
	})
	t.Run("a refusal", func(t *testing.T) {
		p.get(t, "old.test/openai/limited")
		a := p.get(t, "old.test/openai/limited")
		if a.status != 429 || gjson.GetBytes(a.body, "error.code").Str != "rate_limit_exceeded" || a.header.Get("Retry-After") == "" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	})
	t.Run("a frame", func(t *testing.T) {
		a := p.get(t, "old.test/openai/stream")
		if !strings.Contains(string(a.body), `"type":`) || !strings.Contains(string(a.body), `"param":null`) || strings.Contains(string(a.body), "api_version") {
			t.Errorf("got %s", a.body)
		}
	})
	t.Run("both", func(t *testing.T) {
		a := p.get(t, "old.test/both/missing")
		if gjson.GetBytes(a.body, "code").Str != "not_found" || gjson.GetBytes(a.body, "error.code").Str != "RESOURCE.NOT_FOUND" || gjson.GetBytes(a.body, "meta.request_id").Str != a.id(t) {
			t.Errorf("got %s", a.body)
		}
	})
	t.Run("the id of the request", func(t *testing.T) {
		for body, want := range map[string]string{`{"jsonrpc":"2.0","id":7,"method":"x"}`: "7", `{"id":"a\"b"}`: `"a\"b"`, `[{"id":1}]`: "null", `no`: "null"} {
			a := p.send(t, "POST", "old.test/rpc/missing", body, asJSON)
			if got := gjson.GetBytes(a.body, "id").Raw; got != want || gjson.GetBytes(a.body, "error.code").Type != gjson.Number {
				t.Errorf("%s: got the id %s: %s", body, got, a.body)
			}
		}
	})
	t.Run("as the first envelope", func(t *testing.T) {
		if a := p.get(t, "default.test/missing"); gjson.GetBytes(a.body, "error").Str != "not_found" {
			t.Errorf("got %s", a.body)
		}
	})
	p.checkMetrics(t, map[string]float64{
		`caddy_translate_errors_respond_as_total{dialect="rustbill",matcher="@old",name="old.test"}`:                3,
		`caddy_translate_errors_respond_as_total{dialect="canonical+licensekey",matcher="/both/*",name="old.test"}`: 1,
		`caddy_translate_errors_respond_as_total{dialect="rustbill",matcher="envelope",name="default.test"}`:        1,
	})
}

// TestRespondAsFaults checks that a dialect that cannot be written is refused when the
// configuration is loaded.
func TestRespondAsFaults(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"respond_as nginx":            "respond_as nginx: the dialect nginx cannot be written: its errors are pages for people",
		"respond_as rustbil":          "respond_as rustbil: unknown dialect; did you mean rustbill?",
		"respond_as canonical+aws-s3": "the errors of aws-s3 are not JSON objects",
		"respond_as general":          "the dialect general cannot be written: general rules",
		"envelope general":            "envelope general: the dialect general cannot be written",
	} {
		got := validate(t, "http://a.test:9999 {\n\ttranslate_errors {\n\t\t"+words+"\n\t}\n}\n")
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", words, got, want)
		}
	}
}
