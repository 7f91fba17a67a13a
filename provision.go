package koine

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// Provision sets the defaults, checks the configuration, and compiles it.
func (h *Handler) Provision(ctx caddy.Context) error {
	h.setDefaults()
	if err := h.check(); err != nil {
		return err
	}
	if err := registerMetrics(ctx.GetMetricsRegistry()); err != nil {
		return fmt.Errorf("registering metrics: %w", err)
	}
	files := h.readTables()
	loaded, err := h.loadTables(files)
	tableLoads.provisioned(h, err)
	if err != nil {
		return err
	}
	h.rt = &liveRuntime{ref: loaded.ref}
	policies := make([]*limitPolicy, len(h.RateLimit))
	for i, l := range h.RateLimit {
		if policies[i], err = l.provision(ctx); err != nil {
			return fmt.Errorf("rate_limit %s: %w", cmp.Or(l.Name, defaultPolicy), err)
		}
		l.warnLateKeys(ctx.Logger())
	}
	rules, err := h.loadModes(ctx)
	if err != nil {
		return err
	}
	responders, err := h.loadResponders(ctx)
	if err != nil {
		return err
	}
	rt := h.compile(loaded, policies, responders)
	rt.modes, rt.otherMode = rules, restOf(h.Mode)
	rt.logger = ctx.Logger()
	rt.errorLogger = ctx.Logger(new(caddyhttp.App)).Named("log.error")
	app, err := ctx.App(directiveName)
	if err != nil {
		return err
	}
	rt.ledger = app.(*App).ledger
	if rt.events, err = newEmitter(ctx, maxUnmappedEvents, unmappedInterval); err != nil {
		return err
	}
	h.rt.Store(rt)
	app.(*App).sites.add(h.Name, h.rt)
	h.watch(files)
	return nil
}

// Cleanup stops the watcher, and releases the engine, if Provision acquired one.
func (h *Handler) Cleanup() error {
	if h.watcher != nil {
		h.watcher.close()
	}
	tableLoads.remove(h)
	if h.rt == nil {
		return nil
	}
	return h.rt.close()
}

const (
	defaultMaxBody     = 1 << 20
	maxMaxBody         = 64 << 20
	defaultBodyTimeout = caddy.Duration(10 * time.Second)
	defaultRetryAfter  = caddy.Duration(60 * time.Second)
)

func (h *Handler) setDefaults() {
	if len(h.Dialect) == 0 {
		h.Dialect = []string{"auto"}
	}
	if len(h.Envelope) == 0 {
		h.Envelope = []string{"canonical"}
	}
	for _, s := range []struct {
		field *string
		value string
	}{
		{&h.Status, "canonical"}, {&h.Message, "safe"}, {&h.Unmapped, "fallback"}, {&h.ProxyErrors, "translate"}, {&h.Streams, "pass"},
		{&h.SuccessErrors, "named"}, {&h.RateLimitHeaders, "both"},
	} {
		if *s.field == "" {
			*s.field = s.value
		}
	}
	if len(h.Only) == 0 {
		h.Only = []int{4, 5}
	}
	if h.MaxBody == 0 {
		h.MaxBody = defaultMaxBody
	}
	if h.BodyTimeout == 0 {
		h.BodyTimeout = defaultBodyTimeout
	}
	if h.RetryAfter == 0 {
		h.RetryAfter = defaultRetryAfter
	}
	if h.RequestID == nil {
		h.RequestID = new(RequestID)
	}
	h.RequestID.setDefaults()
}

func (c *RequestID) setDefaults() {
	if c.Header == "" {
		c.Header = "X-Request-ID"
	}
	if c.Format == "" {
		c.Format = "req"
	}
	if len(c.Trust) == 0 {
		c.Trust = []string{"proxies"}
	}
}

// compile makes the run-time value of a configuration that was checked.
func (h *Handler) compile(loaded *tables, policies []*limitPolicy, responders []responder) *runtime {
	rt := &runtime{
		name: h.Name,
		policy: translate.Policy{
			Status:        translate.StatusPolicy(h.Status),
			Message:       translate.MessagePolicy(h.Message),
			RetryAfter:    ceilSeconds(time.Duration(h.RetryAfter)),
			Docs:          docsPrefix(h.Docs),
			Expose:        h.Expose == "upstream",
			GatewayStatus: h.GatewayStatus,
		},
		statuses:          h.Only,
		allErrorsInScope:  containsStatus(h.Only, 499) && containsStatus(h.Only, 599),
		passesUnmapped:    h.Unmapped == "pass",
		passesReturned:    h.ProxyErrors == "pass",
		maxBody:           h.MaxBody,
		bodyTimeout:       time.Duration(h.BodyTimeout),
		readerWait:        maxReaderWait,
		translatesStreams: h.Streams == "translate",
		limitPolicies:     policies,
		hasLocales:        len(h.Locale) > 0,
		limitHeaders:      limitFamilies[h.RateLimitHeaders],
		requestID:         h.RequestID.compile(),
		warned:            new(warnings),
		debugLines:        &sampler{first: firstDebugLines, every: everyDebugLine, interval: time.Second},
		now:               time.Now,
		ledgerSite:        new(atomic.Pointer[ledger.Site]),
	}
	rt.responders = responders
	rt.setTables(h, loaded)
	return rt
}

func (c *RequestID) compile() idSettings {
	trust, _ := requestid.ParseTrust(c.Trust) // was checked
	return idSettings{
		off:       c.Off,
		isTrace:   c.Format == "trace",
		name:      c.Header,
		canonical: http.CanonicalHeaderKey(c.Header),
		trust:     trust,
		generate:  requestid.NewGenerator(c.Format),
	}
}

// docsPrefix adds a slash to a prefix that a code cannot follow directly.
func docsPrefix(docs string) string {
	if docs == "" || slices.Contains([]byte("/=#"), docs[len(docs)-1]) {
		return docs
	}
	return docs + "/"
}

// limitFamilies are the values of `rate_limit_headers`.
var limitFamilies = map[string]limitheader.Families{
	"x": limitheader.XRateLimit, "ietf": limitheader.IETF, "both": limitheader.XRateLimit | limitheader.IETF, "off": 0,
}
