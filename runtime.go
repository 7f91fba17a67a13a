package koine

import (
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/errorpage"
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
	renderers    []renderer
	responders   []responder // in the order in which they apply
	offers       *translate.Offers
	page         *errorpage.Page
	pageRenderer renderer // also if clients cannot choose pages: see handleReturned
	hasPages     bool     // they can
	locales      *translate.Locales
	hasLocales   bool // the language of answers depends on the client

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

// setTables sets the tables of a handler, and what is derived from them.
func (rt *runtime) setTables(h *Handler, t *tables) {
	engine := t.engine
	rt.engine, rt.locales, rt.page = engine, t.locales, t.page
	rt.setRenderers(engine, h.Envelope)
	rt.hasSuccessErrors = engine.HasSuccessErrors()
	rt.hasHosts = engine.HasHosts()
	rt.hasNamedDialects = engine.HasNamedDialects()
	rt.renewResponders(engine)
	if rt.translatesStreams {
		rt.streamPrefixes = engine.StreamPrefixes()
	}
}

// renewResponders makes the renderers of dialects write with the tables of an engine, which
// were checked.
func (rt *runtime) renewResponders(engine *translate.Engine) {
	rt.responders = slices.Clone(rt.responders)
	for i := range rt.responders {
		r := &rt.responders[i].renderer
		next, _ := dialectRenderer(engine, "", r.name)
		next.note = r.note
		*r = next
	}
}

// withTables returns the same runtime with other tables.
func (rt *runtime) withTables(h *Handler, t *tables) *runtime {
	next := *rt
	next.setTables(h, t)
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
