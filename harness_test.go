package koine

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig/caddyfile"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"github.com/tidwall/gjson"
	"go.uber.org/zap"
)

// provision returns a handler with the subdirectives in block.
func provision(tb testing.TB, block string) *Handler {
	tb.Helper()
	h := new(Handler)
	if err := h.UnmarshalCaddyfile(caddyfile.NewTestDispenser("translate_errors {\n" + block + "\n}")); err != nil {
		tb.Fatal(err)
	}
	ctx, err := caddy.ProvisionContext(&caddy.Config{
		Admin:   &caddy.AdminConfig{Disabled: true},
		Logging: &caddy.Logging{Logs: map[string]*caddy.CustomLog{"default": {BaseLog: caddy.BaseLog{Level: "ERROR"}}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	if err := h.Provision(ctx); err != nil {
		tb.Fatal(err)
	}
	h.rt.Load().logger, h.rt.Load().errorLogger = zap.NewNop(), zap.NewNop()
	tb.Cleanup(func() {
		if err := h.Cleanup(); err != nil {
			tb.Error(err)
		}
	})
	return h
}

// prepare adds to a request the context values that Caddy's server adds.
func prepare(r *http.Request, w http.ResponseWriter) *http.Request {
	ctx := context.WithValue(r.Context(), caddy.ReplacerCtxKey, caddy.NewReplacer())
	ctx = context.WithValue(ctx, caddyhttp.VarsCtxKey, map[string]any{caddyhttp.TrustedProxyVarKey: false})
	ctx = context.WithValue(ctx, caddyhttp.ExtraLogFieldsCtxKey, new(caddyhttp.ExtraLogFields))
	ctx = context.WithValue(ctx, caddyhttp.OriginalRequestCtxKey, http.Request{Method: r.Method, URL: r.URL, RequestURI: r.RequestURI})
	return r.WithContext(ctx)
}

// serve runs h and next on a real server. An error that h returns is answered as
// by Caddy without error routes.
func serve(tb testing.TB, h *Handler, next caddyhttp.HandlerFunc) *httptest.Server {
	tb.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.ServeHTTP(w, prepare(r, w), next); err != nil {
			w.WriteHeader(returnedStatus(err))
		}
	}))
	s.Config.ErrorLog = nil
	s.EnableHTTP2 = true
	s.Start()
	tb.Cleanup(s.Close)
	return s
}

// response is a response as a client receives it.
type response struct {
	*http.Response
	body string
}

func do(tb testing.TB, method, url string, header ...string) response {
	tb.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatalf("reading the body: %v", err)
	}
	return response{res, string(body)}
}

func get(tb testing.TB, url string, header ...string) response {
	tb.Helper()
	return do(tb, http.MethodGet, url, header...)
}

// wantEnvelope checks that a response is one complete canonical envelope.
func (r response) wantEnvelope(tb testing.TB, status int, code string) {
	tb.Helper()
	if r.StatusCode != status || !gjson.Valid(r.body) {
		tb.Fatalf("got %d %s, want %d and an envelope", r.StatusCode, r.body, status)
	}
	for path, want := range map[string]string{
		"error.code": code, "error.status": http.StatusText(status), "meta.request_id": r.Header.Get("X-Request-ID"),
	} {
		got := gjson.Get(r.body, path).String()
		if path == "error.status" {
			got = http.StatusText(int(gjson.Get(r.body, path).Int()))
		}
		if got != want {
			tb.Errorf("%s is %q, want %q: %s", path, got, want, r.body)
		}
	}
	if got := r.Header.Values("X-Request-ID"); len(got) != 1 {
		tb.Errorf("got %d headers X-Request-ID: %q", len(got), got)
	}
	if got := r.Header.Get("Content-Type"); got != "application/json" {
		tb.Errorf("the content type is %q", got)
	}
}

// write returns a handler that writes one response.
func write(status int, contentType, body string) caddyhttp.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) error {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, err := io.WriteString(w, body)
		return err
	}
}

// quiet discards the stack traces of panics that a test expects.
var quiet = log.New(io.Discard, "", 0)
