package koine

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
)

// testTime is the current time in tests of headers.
var testTime = time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC) // Unix time 1777622400

// answerTo runs h around one response, at the frozen time.
func answerTo(t *testing.T, block string, status int, header http.Header, body string) *httptest.ResponseRecorder {
	t.Helper()
	h := provision(t, block)
	h.rt.Load().now = func() time.Time { return testTime }
	w := httptest.NewRecorder()
	r := prepare(httptest.NewRequest(http.MethodPost, "/", nil), w)
	err := h.ServeHTTP(w, r, caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, err := w.Write([]byte(body))
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

const (
	tooMany = `{"success":false,"data":null,"error":{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down."},"meta":{"request_id":"req_1"}}`
	locked  = `{"error":{"code":"AUTH.ACCOUNT_LOCKED","message":"Locked.","type":"auth","status":429,"details":{}},"meta":{"request_id":"x","api_version":"1"}}`
)

func TestHeaders(t *testing.T) {
	json := func(pairs ...string) http.Header {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i+1 < len(pairs); i += 2 {
			h.Add(pairs[i], pairs[i+1])
		}
		return h
	}
	const absent = "" // the header must not be present
	for _, c := range []struct {
		name   string
		block  string
		status int
		header http.Header
		body   string
		want   map[string]string
	}{
		{
			"limit of an untranslated response", "", 200,
			json("X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "99", "X-RateLimit-Reset", "1777622460"), "{}",
			map[string]string{
				"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "99", "X-RateLimit-Reset": "1777622460",
				"RateLimit-Policy": `"default";q=100`, "RateLimit": `"default";r=99;t=60`, "Retry-After": absent,
			},
		},
		{
			"headers of the upstream are kept", "", 200,
			json("X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "99", "X-RateLimit-Reset", "60", "RateLimit", `"own";r=1`), "{}",
			map[string]string{"X-RateLimit-Reset": "60", "RateLimit": `"own";r=1`, "RateLimit-Policy": `"default";q=100`},
		},
		{
			"limit of a translated response", "", 429,
			json("X-RateLimit-Limit", "100", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "30", "RateLimit", `"own";r=1`), tooMany,
			map[string]string{
				"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1777622430",
				"RateLimit-Policy": `"default";q=100`, "RateLimit": `"default";r=0;t=30`, "Retry-After": "30",
			},
		},
		{
			"limits in a vendor's own headers", "", 200,
			json("X-RateLimit-Limit-Requests", "60", "X-RateLimit-Remaining-Requests", "59", "X-RateLimit-Reset-Requests", "1s",
				"X-RateLimit-Limit-Tokens", "150000", "X-RateLimit-Remaining-Tokens", "149984", "X-RateLimit-Reset-Tokens", "6m0s"), "{}",
			map[string]string{
				"RateLimit": `"requests";r=59;t=1, "tokens";r=149984;t=360`, "X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59",
				"X-RateLimit-Reset": "1777622401", "X-RateLimit-Remaining-Tokens": "149984",
			},
		},
		{
			"a reset in milliseconds since 1970", "", 429,
			json("X-RateLimit-Limit", "50", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1777622412345"), tooMany,
			map[string]string{"Retry-After": "13", "X-RateLimit-Reset": "1777622413"},
		},
		{"a limit that cannot be read", "", 429, json("X-RateLimit-Limit", "many"), tooMany, map[string]string{"RateLimit": absent, "X-RateLimit-Limit": absent}},
		{"a lone reset", "", 429, json("X-RateLimit-Reset", "30"), tooMany, map[string]string{"X-RateLimit-Reset": absent, "Retry-After": "30"}},
		{"a lone reset as a date", "", 404, json("X-RateLimit-Reset", "2026-05-01T09:00:30Z"), notFound, map[string]string{"X-RateLimit-Reset": absent}},
		{"a lone reset, not translated", "", 200, json("X-RateLimit-Reset", "30"), "{}", map[string]string{"X-RateLimit-Reset": "30"}},
		{"headers that are off", "rate_limit_headers off", 404, json("X-RateLimit-Reset", "30", "RateLimit-Limit", "9"), notFound, map[string]string{"X-RateLimit-Reset": "30", "RateLimit-Limit": "9"}},
		{
			"headers of the first drafts", "", 429, json("RateLimit-Limit", "100", "RateLimit-Remaining", "0", "RateLimit-Reset", "30"), tooMany,
			map[string]string{
				"RateLimit-Limit": absent, "RateLimit-Remaining": absent, "RateLimit-Reset": absent,
				"X-RateLimit-Limit": "100", "X-RateLimit-Reset": "1777622430", "RateLimit": `"default";r=0;t=30`, "Retry-After": "30",
			},
		},
		{
			"additions of vendors", "", 404, json("X-RateLimit-Limit", "10", "X-RateLimit-Remaining", "4", "X-RateLimit-Used", "6", "X-RateLimit-Reset-After", "1.5"), notFound,
			map[string]string{"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "4", "X-RateLimit-Used": absent, "X-RateLimit-Reset-After": absent},
		},
		{
			"several limits that are used up", "", 429,
			json("X-RateLimit-Limit-Requests", "60", "X-RateLimit-Remaining-Requests", "0", "X-RateLimit-Reset-Requests", "1s",
				"X-RateLimit-Limit-Tokens", "150000", "X-RateLimit-Remaining-Tokens", "0", "X-RateLimit-Reset-Tokens", "6m0s"), tooMany,
			map[string]string{"Retry-After": "360", "X-RateLimit-Limit": "150000"},
		},
		{"unknown wait", "", 429, json(), tooMany, map[string]string{"Retry-After": "60"}},
		{"wait from the configuration", "retry_after 90s", 429, json(), tooMany, map[string]string{"Retry-After": "90"}},
		{"decimal wait", "", 429, json("Retry-After", "1.2"), tooMany, map[string]string{"Retry-After": "2"}},
		{
			"date, relative to the Date of the upstream", "", 429,
			json("Retry-After", "Fri, 01 May 2026 09:00:10 GMT", "Date", "Fri, 01 May 2026 09:00:00 GMT"), tooMany,
			map[string]string{"Retry-After": "10"},
		},
		{"invalid wait", "", 503, json("Retry-After", "soon"), "", map[string]string{"Retry-After": absent}},
		{"locked account, no time known", "", 429, json(), locked, map[string]string{"Retry-After": absent}},
		{"locked account, time from the upstream", "", 429, json("Retry-After", "900"), locked, map[string]string{"Retry-After": "900"}},
		{"wait, on 503", "dialect heroku", 503, json(), `{"id":"maintenance","message":"Later."}`, map[string]string{"Retry-After": "60", ":status": "503"}},
		{"never with a time, on another status", "", 404, json("Retry-After", "5"), notFound, map[string]string{"Retry-After": "5"}},
		{"no time to wait", "", 404, json("Retry-After", "0"), "", map[string]string{"Retry-After": absent}},
		{"unmapped, with a wait", "", 403, json("Retry-After", "5"), "", map[string]string{"Retry-After": "5"}},
		{"unavailable, with a wait", "", 503, json("Retry-After", "5"), "", map[string]string{"Retry-After": "5"}},
		{"unavailable, without a wait", "", 503, json(), "", map[string]string{"Retry-After": absent}},
		{
			"headers that describe the body", "", 404,
			json("ETag", `"a"`, "Last-Modified", "x", "Content-Language", "de", "Content-Disposition", "inline", "Accept-Ranges", "bytes",
				"Digest", "x", "Repr-Digest", "x", "Signature", "x", "Signature-Input", "x", "Incremental", "?1", "Content-MD5", "x", "Content-Location", "/x"), notFound,
			map[string]string{
				"ETag": absent, "Last-Modified": absent, "Content-Language": absent, "Content-Disposition": absent, "Accept-Ranges": absent, "Digest": absent,
				"Repr-Digest": absent, "Signature": absent, "Signature-Input": absent, "Incremental": absent, "Content-MD5": absent, "Content-Location": absent,
			},
		},
		{
			"headers that are kept", "", 401, json("Set-Cookie", "a=b", "WWW-Authenticate", "Bearer", "Allow", "GET", "Link", "</x>", "X-Own", "1"), "",
			map[string]string{"Set-Cookie": "a=b", "WWW-Authenticate": "Bearer", "Allow": "GET", "Link": "</x>", "X-Own": "1"},
		},
		{"no Cache-Control", "", 404, json(), notFound, map[string]string{"Cache-Control": "no-store"}},
		{"Cache-Control of the upstream", "", 404, json("Cache-Control", "max-age=5"), notFound, map[string]string{"Cache-Control": "max-age=5"}},
		{
			"Cache-Control after a change of status", "", 408, json("Cache-Control", "max-age=5", "Expires", "x", "Age", "3"), `{"code":"ORDER_TIMEOUT","message":"Late."}`,
			map[string]string{"Cache-Control": "no-store", "Expires": absent, "Age": absent, ":status": "409"},
		},
		{"status of the upstream", "status upstream", 408, json("Cache-Control", "max-age=5"), `{"code":"ORDER_TIMEOUT","message":"Late."}`, map[string]string{"Cache-Control": "max-age=5", ":status": "408"}},
		{"one envelope", "", 404, json(), notFound, map[string]string{"Vary": absent}},
		{"several envelopes", "envelope canonical problem", 404, json("Vary", "Origin"), notFound, map[string]string{"Vary": "Origin, Accept"}},
		{"an HTML page is replaced", "", 404, http.Header{"Content-Type": {"text/html"}}, "<p>", map[string]string{"Vary": "Accept"}},
		{"Proxy-Status", "", 404, json("Proxy-Status", "inner; received-status=404"), notFound, map[string]string{"Proxy-Status": "inner; received-status=404, koine; received-status=404"}},
		{
			"a response for scripts of other origins", "", 429, json("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "X-Own"), tooMany,
			map[string]string{"Access-Control-Expose-Headers": "X-Own, X-Request-ID, Retry-After, Proxy-Status"},
		},
		{"a response whose headers are all exposed", "", 404, json("Access-Control-Allow-Origin", "*", "Access-Control-Expose-Headers", "*"), notFound, map[string]string{"Access-Control-Expose-Headers": "*"}},
		{"a response without CORS headers", "", 404, json(), notFound, map[string]string{"Access-Control-Expose-Headers": absent}},
		{"id of the upstream", "", 404, json("X-Request-ID", "theirs"), notFound, map[string]string{"X-Request-Id": "req_…"}},
		{"no id", "request_id off", 404, json("X-Request-ID", "theirs"), notFound, map[string]string{"X-Request-Id": "theirs"}},
		{"id in another header", "request_id {\nheader X-Correlation-ID\n}", 200, json("X-Correlation-ID", "theirs"), "{}", map[string]string{"X-Correlation-Id": "req_…", "X-Request-Id": absent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answerTo(t, c.block, c.status, c.header, c.body)
			for name, want := range c.want {
				got := strings.Join(w.Result().Header.Values(name), ", ")
				if name == ":status" {
					got = w.Result().Status[:3]
				}
				if want == "req_…" && strings.HasPrefix(got, "req_") && len(got) == 30 {
					continue
				}
				if got != want {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
		})
	}
}

// TestVary checks that a response whose representation depends on Accept says so.
func TestVary(t *testing.T) {
	const page = "<!doctype html><title>Not here</title>"
	const browser, program = "text/html,*/*;q=0.8", "application/json"
	for _, c := range []struct {
		name, block, accept, contentType string
		status                           int
		vary, body, want                 string
	}{
		{"a page for a browser", "", browser, "text/html; charset=utf-8", 404, "", page, "Accept"},
		{"a page for a program", "", program, "text/html; charset=utf-8", 404, "", page, "Accept"},
		{"a page in capitals", "", browser, "Text/HTML", 404, "", page, "Accept"},
		{"XHTML for a browser", "", browser, "application/xhtml+xml", 404, "", page, "Accept"},
		{"a page without a type for a browser", "", browser, "", 404, "", page, "Accept"},
		{"a page without a type for a program", "", program, "", 404, "", page, "Accept"},
		{"a page with Vary", "", browser, "text/html", 404, "Accept-Encoding", page, "Accept-Encoding, Accept"},
		{"a page that has it", "", browser, "text/html", 404, "accept, Origin", page, "accept, Origin"},
		{"a page that depends on anything", "", browser, "text/html", 404, "*", page, "*"},
		{"a page of another status", "only 5xx", browser, "text/html", 404, "", page, ""},
		{"a page that is a success", "", browser, "text/html", 200, "", page, ""},
		{"an image", "", browser, "image/png", 404, "", "\x89PNG", ""},
		{"JSON for a browser", "", browser, "application/json", 404, "", notFound, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, provision(t, c.block), func(w http.ResponseWriter, _ *http.Request) error {
				w.Header()["Content-Type"] = nil // otherwise net/http adds one
				if c.contentType != "" {
					w.Header().Set("Content-Type", c.contentType)
				}
				if c.vary != "" {
					w.Header().Set("Vary", c.vary)
				}
				w.WriteHeader(c.status)
				_, err := w.Write([]byte(c.body))
				return err
			})
			got := get(t, s.URL, "Accept", c.accept)
			if vary := strings.Join(got.Header.Values("Vary"), ", "); vary != c.want {
				t.Errorf("Vary is %q, want %q", vary, c.want)
			}
		})
	}
}

func TestRetryInBodyAndHeaderAgree(t *testing.T) {
	for _, value := range []string{"", "7", "7.5"} {
		header := http.Header{"Content-Type": {"application/json"}}
		if value != "" {
			header.Set("Retry-After", value)
		}
		w := answerTo(t, "", 429, header, tooMany)
		if got := gjson.Get(w.Body.String(), "error.retry.after").String(); got != w.Header().Get("Retry-After") {
			t.Errorf("the body has %s, the header %s", got, w.Header().Get("Retry-After"))
		}
	}
}
