package tests

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// busy is an error body of the dialect orders with the retry strategy wait.
const busy = `{"code":"RATE_LIMIT_EXCEEDED","message":"Slow down, please."}`

// almostAMinute matches waits of one minute minus the duration of the test.
var almostAMinute = regexp.MustCompile(`\bt=[45]\d$`)

func TestRateLimitHeaders(t *testing.T) {
	t.Parallel()
	mustBinary(t) // so that the build is not measured
	limit := func(limit, remaining, reset string) []string {
		return []string{asJSON, "X-RateLimit-Limit: " + limit, "X-RateLimit-Remaining: " + remaining, "X-RateLimit-Reset: " + reset}
	}
	inAMinute := strconv.FormatInt(time.Now().Add(time.Minute).Unix(), 10)
	backend := respondWith(t, map[string]response{
		"/ok":            {200, limit("100", "40", "60"), "{}"},
		"/ok-ietf":       {200, append(limit("100", "40", "60"), `RateLimit: "theirs";r=1`, `RateLimit-Policy: "theirs";q=2`), "{}"},
		"/ok-incomplete": {200, []string{asJSON, "X-RateLimit-Limit: 100"}, "{}"},
		"/ok-none":       {200, []string{asJSON}, "{}"},
		"/ok-invalid":    {200, limit("many", "some", "soon"), "{}"},
		"/missing":       {404, append(limit("100", "40", "60"), `RateLimit: "theirs";r=1`), missing},
		"/unix":          {404, limit("100", "40", inAMinute), missing},
		"/millis":        {404, limit("100", "40", inAMinute+"000"), missing},
		"/used-up":       {429, limit("100", "0", "60"), busy},
		"/page":          {404, append([]string{asHTML}, limit("100", "40", "60")[1:]...), "<p>"},
		"/redirect":      {302, append([]string{"Location: /"}, limit("100", "40", "60")[1:]...), ""},
	})
	p := serve(t, "", `
http://limits.test:{$PORT} {
	translate_errors
	reverse_proxy `+backend+`
}
http://cors.test:{$PORT} {
	header Access-Control-Allow-Origin *
	translate_errors
	reverse_proxy `+backend+`
}
`)
	check := func(path string, want map[string]string) {
		t.Helper()
		a := p.get(t, "limits.test"+path, acceptHTML)
		for name, value := range want {
			got := strings.Join(a.header.Values(name), "|")
			if value == "unix" {
				if n, _ := strconv.ParseInt(got, 10, 64); n < time.Now().Unix()+30 || n > time.Now().Unix()+61 {
					t.Errorf("%s: %s is %q, want about a minute", path, name, got)
				}
				continue
			}
			if got = almostAMinute.ReplaceAllString(got, "t=60"); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
	}
	translated := map[string]string{
		"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "40", "X-RateLimit-Reset": "unix",
		"RateLimit-Policy": `"default";q=100`, "RateLimit": `"default";r=40;t=60`,
	}
	for _, path := range []string{"/missing", "/unix", "/millis"} {
		check(path, translated)
	}
	for _, path := range []string{"/ok", "/page", "/redirect"} { // responses that pass keep the headers of the upstream
		check(path, map[string]string{
			"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "40", "X-RateLimit-Reset": "60",
			"RateLimit-Policy": `"default";q=100`, "RateLimit": `"default";r=40;t=60`,
		})
	}
	check("/ok-ietf", map[string]string{"X-RateLimit-Reset": "60", "RateLimit-Policy": `"theirs";q=2`, "RateLimit": `"theirs";r=1`})
	check("/ok-incomplete", map[string]string{"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "", "RateLimit-Policy": `"default";q=100`, "RateLimit": ""})
	check("/ok-none", map[string]string{"X-RateLimit-Limit": "", "RateLimit-Policy": "", "RateLimit": ""})
	check("/ok-invalid", map[string]string{"X-RateLimit-Limit": "many", "X-RateLimit-Reset": "soon", "RateLimit-Policy": "", "RateLimit": ""})

	a := p.get(t, "limits.test/used-up")
	if e := a.envelope(t); e.Error.Retry.After == nil || *e.Error.Retry.After < 45 || *e.Error.Retry.After > 60 || a.header.Get("Retry-After") != strconv.Itoa(*e.Error.Retry.After) {
		t.Errorf("an exhausted limit: %v %+v", a.header, e.Error.Retry)
	}
	expose := strings.ToLower(p.get(t, "cors.test/used-up").header.Get("Access-Control-Expose-Headers"))
	for _, name := range []string{"x-request-id", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy", "retry-after", "proxy-status"} {
		if !strings.Contains(expose+",", name+",") {
			t.Errorf("Access-Control-Expose-Headers is %q, without %s", expose, name)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	date := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:4])
		if value := r.Header.Get("Upstream-Retry-After"); value != "" {
			w.Header().Set("Retry-After", value)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(r.Header.Get("Body")))
	})
	p := serve(t, "", `
http://retry.test:{$PORT} {
	translate_errors {
		retry_after 90s
	}
	reverse_proxy `+backend+`
}
`)
	const locked = `{"success":false,"data":null,"error":{"code":"SESSION_LIMIT_REACHED","message":"Too many sessions.","details":{}},"meta":{"request_id":"1"}}`
	for _, c := range []struct {
		name, path, body, upstream string
		header                     string // "" for none
		after                      int    // -1 for none
	}{
		{"known", "/429", busy, "30", "30", 30},
		{"zero", "/429", busy, "0", "0", 0},
		{"a decimal", "/429", busy, "1.2", "2", 2},
		{"a date", "/429", busy, date, "date", 90},
		{"a date in the past", "/429", busy, "Mon, 02 Jan 2006 15:04:05 GMT", "0", 0},
		{"unknown", "/429", busy, "", "90", 90},
		{"nonsense", "/429", busy, "soon", "90", 90},
		{"negative", "/429", busy, "-5", "90", 90},
		{"years", "/429", busy, "99999999999", "90", 90},
		{"no body", "/429", "", "", "90", 90},
		{"a 429 without the strategy wait", "/429", locked, "", "", -1},
		{"a 429 without the strategy wait, with a time", "/429", locked, "7", "7", 7},
		{"503 known", "/503", "", "12", "12", 12},
		{"503 unknown", "/503", "", "", "", -1},
		{"502 known", "/502", "", "12", "12", 12},
		{"504 nonsense", "/504", "", "soon", "", -1},
		{"404 never, with a time", "/404", missing, "12", "12", 12},
		{"401 refresh", "/401", `{"error":{"code":"AUTH_TOKEN_EXPIRED","message":"m"}}`, "12", "", -1},
		{"403 known, by the status alone", "/403", "", "12", "12", 12},
		{"500 unknown", "/500", "", "", "", -1},
		{"503 wait, unknown", "/503", `{"id":"maintenance","message":"Later.","url":"https://devcenter.heroku.com"}`, "", "90", 90},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []string{"Body: " + c.body}
			if c.upstream != "" {
				lines = append(lines, "Upstream-Retry-After: "+c.upstream)
			}
			a := p.get(t, "retry.test"+c.path, lines...)
			e := a.envelope(t)
			got := a.header.Get("Retry-After")
			after := -1
			if e.Error.Retry.After != nil {
				after = *e.Error.Retry.After
			}
			if c.header == "date" {
				if after < 30 || after > 90 || // the proxy needs some of the 90 seconds to start
					got != strconv.Itoa(after) {
					t.Errorf("Retry-After is %q, retry.after %d", got, after)
				}
				return
			}
			if got != c.header || after != c.after {
				t.Errorf("Retry-After is %q, want %q; retry.after %d, not %d", got, c.header, after, c.after)
			}
		})
	}
}
