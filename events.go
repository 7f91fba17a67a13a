package koine

import (
	"net/http"
	"runtime/debug"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/modules/caddyevents"
	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// The events of Caddy's events app. Their data has no text of a body: codes are as in logs.
const (
	eventUnmapped    = "translate_errors.unmapped"     // the first sight of an error that no table has
	eventRateLimited = "translate_errors.rate_limited" // requests that a policy refused
)

// emitter emits the events of a handler, which is their origin.
type emitter struct {
	app     *caddyevents.App
	ctx     caddy.Context // of the handler
	slots   chan struct{} // of the subscribers that run
	sampler sampler
	now     func() time.Time
}

// maxSubscribers bounds the events of a handler whose subscribers run. A subscriber may be a
// program that takes minutes.
const maxSubscribers = 64

// The most events of each kind, so that a storm of errors is no storm of events.
const (
	maxUnmappedEvents    = 100 // of a handler in unmappedInterval: a release may bring many new codes at once
	unmappedInterval     = time.Minute
	maxRateLimitedEvents = 1 // of a policy in rateLimitedInterval
	rateLimitedInterval  = time.Second
)

// newEmitter returns an emitter of the handler that is provisioned with ctx. It emits at most
// limit events in an interval.
func newEmitter(ctx caddy.Context, limit int64, interval time.Duration) (*emitter, error) {
	app, err := ctx.App("events")
	if err != nil {
		return nil, err
	}
	return &emitter{
		app: app.(*caddyevents.App), ctx: ctx, slots: make(chan struct{}, maxSubscribers),
		sampler: sampler{first: limit, interval: interval}, now: time.Now,
	}, nil
}

// emit emits an event, unless nobody subscribes to it, or there were too many. data gets the
// number of those that were dropped before, and returns nil if there is no event. It is called
// outside of the request, as subscribers are: they must not delay the answer.
func (e *emitter) emit(name string, data func(dropped int64) map[string]any) {
	if e == nil || !e.app.ShouldEmit(name) {
		return
	}
	dropped, ok := e.sampler.allow(name, e.now())
	if !ok {
		return
	}
	select {
	case e.slots <- struct{}{}:
	default:
		return
	}
	go func() {
		defer func() { <-e.slots }()
		defer e.recover(name)
		if d := data(dropped); d != nil && e.ctx.Err() == nil {
			e.app.Emit(e.ctx, name, d)
		}
	}()
}

// recover logs a panic of a subscriber. It is deferred.
func (e *emitter) recover(name string) {
	if v := recover(); v != nil {
		e.ctx.Logger().Error("a subscriber of an event panicked", zap.String("event", name), zap.Any("panic", v), zap.ByteString("stack", debug.Stack()))
	}
}

// announceUnmapped emits the event of an error that no table has, if this process and those
// before it have not seen it.
func (rt *runtime) announceUnmapped(sight ledger.Sight, seen time.Time, requestID string) {
	rt.events.emit(eventUnmapped, func(dropped int64) map[string]any {
		if !rt.ledger.saver.awaitLoad(rt.events.ctx) {
			return nil
		}
		entry := sight.Entry(rt.events.now().Unix())
		if entry.Code == "" || entry.First < seen.Unix() {
			return nil
		}
		return rt.unmappedData(&entry, requestID, dropped)
	})
}

// unmappedData returns the data of the event of an entry.
func (rt *runtime) unmappedData(e *ledger.Entry, requestID string, dropped int64) map[string]any {
	e.State = ledger.StateNew
	data := map[string]any{
		"site": e.Site, "route": e.Route, "dialect": e.Dialect, "code": logCode(e.Code), "masked": e.Masked, "status": e.Status,
		"canonical": e.Canonical, "match": e.Match, "request_id": requestID, "entry": e.ID, "dropped": dropped, "proposed": "", "row": "",
	}
	taxonomy := func(string) *translate.Taxonomy { return rt.engine.Taxonomy() }
	for _, u := range cli.DescribeUnmapped(&ledger.Snapshot{Entries: []ledger.Entry{*e}}, taxonomy, generalRules()) {
		data["proposed"] = u.Proposed
		if logCode(e.Code) == e.Code {
			data["row"] = u.Row
		}
	}
	return data
}

// announceRefusal emits the event of a request that a policy refused. It has no key: that may
// be the address of a client.
func (p *limitPolicy) announceRefusal(r *http.Request, wait time.Duration) {
	site, id := siteOf(r), requestID(r)
	p.events.emit(eventRateLimited, func(dropped int64) map[string]any {
		return map[string]any{
			"site": site, "policy": p.name, "status": http.StatusTooManyRequests, "limit": p.limit.Quota, "window": p.limit.Window.String(),
			"retry_after": ceilSeconds(wait), "request_id": id, "dropped": dropped,
		}
	})
}

// siteOf returns the name of the site of a request; that of its server outside of a
// translate_errors handler.
func siteOf(r *http.Request) string {
	if rec, ok := caddyhttp.GetVar(r.Context(), recordKey).(*record); ok && rec.innermost != nil {
		return rec.innermost.site(r)
	}
	return new(runtime).site(r)
}
