package koine

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
)

func TestReturnedErrors(t *testing.T) {
	fail := func(status int) caddyhttp.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("WWW-Authenticate", "Basic")
			return caddyhttp.Error(status, errors.New("dial tcp 10.1.2.3:80: connect: connection refused"))
		}
	}
	t.Run("translated", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), fail(502)).URL)
		got.wantEnvelope(t, 502, "UPSTREAM.ERROR")
		if got.Header.Get("Vary") != "Accept" { // for browsers there are the error routes
			t.Errorf("Vary is %q", got.Header.Get("Vary"))
		}
		if gjson.Get(got.body, "meta.origin").String() != "proxy" || strings.Contains(got.body, "10.1.2.3") {
			t.Error(got.body)
		}
	})
	t.Run("whatever `only` lists", func(t *testing.T) {
		for _, only := range []string{"404", "4xx", "503"} {
			get(t, serve(t, provision(t, "only "+only), fail(502)).URL).wantEnvelope(t, 502, "UPSTREAM.ERROR")
		}
	})
	t.Run("keeps the header", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), fail(401)).URL)
		got.wantEnvelope(t, 401, "AUTH.UNAUTHENTICATED")
		if got.Header.Get("WWW-Authenticate") != "Basic" {
			t.Error("WWW-Authenticate is missing")
		}
	})
	for name, c := range map[string]struct {
		block  string
		header []string
		status int
	}{
		"passed":              {"proxy_errors pass", nil, 502},
		"for a browser":       {"", []string{"Accept", "text/html"}, 502},
		"client disconnected": {"", nil, 499},
	} {
		t.Run(name, func(t *testing.T) {
			got := get(t, serve(t, provision(t, c.block), fail(c.status)).URL, c.header...)
			if vary := got.Header.Get("Vary"); (vary == "Accept") != (name == "for a browser") {
				t.Errorf("Vary is %q", vary)
			}
			if got.StatusCode != c.status || got.body != "" || got.Header.Get("X-Request-ID") == "" {
				t.Errorf("got %d %q", got.StatusCode, got.body)
			}
		})
	}
	t.Run("after writing", func(t *testing.T) {
		got := get(t, serve(t, provision(t, ""), func(w http.ResponseWriter, r *http.Request) error {
			_ = write(404, "application/json", notFound)(w, r)
			return errors.New("too late")
		}).URL)
		got.wantEnvelope(t, 404, "PLAN.NOT_FOUND")
	})
}
