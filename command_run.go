package koine

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/translate"
)

// quietContext returns a context to provision a handler in, which logs only errors.
func quietContext() (caddy.Context, context.CancelFunc, error) {
	ctx, err := caddy.ProvisionContext(&caddy.Config{
		Admin:   &caddy.AdminConfig{Disabled: true},
		Logging: &caddy.Logging{Logs: map[string]*caddy.CustomLog{"default": {BaseLog: caddy.BaseLog{Level: "ERROR"}}}},
	})
	if err != nil {
		return ctx, nil, err
	}
	ctx, cancel := caddy.NewContext(ctx)
	return ctx, cancel, nil
}

// handlerRun passes responses of an upstream through a handler, without a server.
type handlerRun struct {
	handler   *Handler // was provisioned
	request   *http.Request
	host      string // of the upstream; may be empty
	respondAs string // the dialect of the answer; empty: an envelope

	// note is called for a response that is translated, while the translation is in use.
	note func(*translate.Translation, *translate.Policy)

	// now, if it is set, is the time of the request, whose id is then always the same, so
	// that answers can be compared.
	now time.Time
}

// serve returns the answer to a response of the upstream.
func (r handlerRun) serve(upstream translate.Response) (*httptest.ResponseRecorder, error) {
	w := httptest.NewRecorder()
	next := caddyhttp.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) error {
		for name, values := range upstream.Header {
			w.Header()[name] = slices.Clone(values)
		}
		w.WriteHeader(upstream.Status)
		_, err := w.Write(upstream.Body)
		return err
	})
	repl := caddy.NewReplacer()
	repl.Set(upstreamPlaceholder, r.host)
	live := r.handler.rt
	h := *r.handler
	h.rt = new(liveRuntime)
	h.rt.Store(r.runtime(live.Load()))
	err := h.ServeHTTP(w, caddyhttp.PrepareRequest(r.request, repl, w, new(caddyhttp.Server)), next)
	return w, err
}

// runtime returns a copy of the runtime whose renderers call note.
func (r handlerRun) runtime(rt *runtime) *runtime {
	next := *rt
	next.renderers, next.responders = slices.Clone(rt.renderers), slices.Clone(rt.responders)
	if r.respondAs != "" {
		answer, _ := dialectRenderer(rt.engine, "", r.respondAs) // was checked
		next.responders = []responder{{renderer: answer, name: "*"}}
	}
	for i := range next.renderers {
		next.renderers[i].note = r.note
	}
	for i := range next.responders {
		next.responders[i].note = r.note
	}
	if !r.now.IsZero() {
		next.now = func() time.Time { return r.now }
		next.requestID.generate = func(*requestid.Buffer, time.Time) string { return "req_replay" }
	}
	return &next
}
