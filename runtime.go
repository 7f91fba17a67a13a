package koine

import (
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// runtime is a compiled Handler. It does not change, except for the record of the
// warnings that were logged: other tables are another runtime.
type runtime struct {
	name   string // of the site in metrics; empty: the name of the server
	engine *translate.Engine
	policy translate.Policy

	// Which errors are translated.
	statuses         []int // statuses and classes: 404, 5
	allErrorsInScope bool  // statuses include both classes
	hasSuccessErrors bool  // some dialects have errors that are sent with a 2xx status
	hasHosts         bool  // some dialects have hosts of upstreams
	hasNamedDialects bool  // some dialects were named, and may have media types of their own
	passesUnmapped   bool  // errors with unknown codes pass through
	passesReturned   bool  // errors that handlers return go to the error routes

	// Which requests have their errors translated: the mode of the first rule that applies,
	// else otherMode.
	modes     []modeRule
	otherMode mode

	// How their bodies are buffered.
	maxBody     int64
	bodyTimeout time.Duration
	readerWait  time.Duration // maxReaderWait; a field only for tests

	// Errors inside streams.
	translatesStreams bool
	streamPrefixes    translate.Prefixes

	// The answers. offers are the media types of the renderers.
	renderers  []renderer
	responders []responder // in the order in which they apply
	offers     *translate.Offers

	trial      bool                         // no trace of requests is kept: see trialRuntime
	ledger     *processLedger               // nil in commands
	ledgerSite *atomic.Pointer[ledger.Site] // the counts of the site, once they are known

	limitPolicies []*limitPolicy
	limitHeaders  limitheader.Families
	requestID     idSettings

	events      *emitter // nil in commands
	logger      *zap.Logger
	errorLogger *zap.Logger // for returned errors, which Caddy does not log once they are answered
	warned      *warnings
	debugLines  *sampler // for debugging, by code
	now         func() time.Time
}

// setEngine sets the engine, and what is derived from it.
func (rt *runtime) setEngine(engine *translate.Engine) {
	rt.engine = engine
	rt.hasSuccessErrors = engine.HasSuccessErrors()
	rt.hasHosts = engine.HasHosts()
	rt.hasNamedDialects = engine.HasNamedDialects()
	rt.renewRenderers(engine)
	if rt.translatesStreams {
		rt.streamPrefixes = engine.StreamPrefixes()
	}
}

// renewRenderers makes the renderers of dialects write with the tables of an engine, which were
// checked.
func (rt *runtime) renewRenderers(engine *translate.Engine) {
	rt.renderers, rt.responders = slices.Clone(rt.renderers), slices.Clone(rt.responders)
	set := func(r *renderer) {
		if r.name != "" {
			next, _ := dialectRenderer(engine, "", r.name)
			next.note = r.note
			*r = next
		}
	}
	for i := range rt.renderers {
		set(&rt.renderers[i])
	}
	for i := range rt.responders {
		set(&rt.responders[i].renderer)
	}
}

// withEngine returns the same runtime with another engine.
func (rt *runtime) withEngine(engine *translate.Engine) *runtime {
	next := *rt
	next.setEngine(engine)
	return &next
}

// idSettings is the compiled configuration of request ids.
type idSettings struct {
	off       bool
	isTrace   bool   // the id is a trace id of W3C Trace Context
	name      string // of the header, as configured
	canonical string // the same, as a key of a header map
	trust     requestid.Trust
	generate  requestid.Generator
}

// trusts reports whether the sender of r may choose the id.
func (s *idSettings) trusts(r *http.Request) bool {
	if s.trust.All {
		return true
	}
	if s.trust.Proxies {
		if trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool); trusted {
			return true
		}
	}
	return s.trust.Contains(r.RemoteAddr)
}

// site returns the name of the site in metrics.
func (rt *runtime) site(r *http.Request) string {
	if rt.name != "" {
		return rt.name
	}
	if s, ok := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server); ok {
		return s.Name()
	}
	return ""
}
