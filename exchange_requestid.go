package koine

import (
	"net/http"
	"slices"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/translate"
)

// assignID determines the id of the request, and adds it to the headers for the
// upstream and to the access log.
func (x *exchange) assignID() {
	s, rec := x.record.ids, x.record
	var inbound []string
	if !s.off {
		inbound = x.request.Header[s.canonical]
	}
	rec.inboundIDs = inbound
	if s.isTrace {
		x.assignTraceID()
	} else if len(inbound) == 1 && requestid.IsValid(inbound[0]) && s.trusts(x.request) {
		rec.id = inbound[0]
	}
	if rec.id == "" {
		rec.id = s.generate(&rec.idText, x.start)
	}
	if !s.off {
		rec.requestValue[0] = rec.id
		x.request.Header[s.canonical] = rec.requestValue[:]
	}
	extra := x.accessLog()
	if extra == nil {
		return
	}
	if len(inbound) > 0 && inbound[0] != rec.id {
		extra.Add(zap.String("inbound_id", logCode(inbound[0])))
	}
	extra.Add(zap.String("request_id", rec.id))
}

// assignTraceID makes the trace id the id of the request. If the sender may not
// choose it, the request gets a trace of its own, which the upstream continues.
func (x *exchange) assignTraceID() {
	s, rec := x.record.ids, x.record
	if rec.id = traceIDOf(x.request, s.trusts(x.request)); rec.id != "" {
		return
	}
	rec.id = s.generate(&rec.idText, x.start)
	x.request.Header.Set("Traceparent", "00-"+rec.id+"-"+requestid.NewSpanID()+"-00")
	x.request.Header.Del("Tracestate")
}

// traceIDOf returns the trace id of a request: that of Caddy's tracing if it is
// enabled, else that of a trusted sender.
func traceIDOf(r *http.Request, trusted bool) string {
	if id, ok := caddyhttp.GetVar(r.Context(), "trace_id").(string); ok && requestid.IsTraceID(id) {
		return id
	}
	if values := r.Header["Traceparent"]; trusted && len(values) == 1 {
		if id, ok := requestid.ParseTraceparent(values[0]); ok {
			return id
		}
	}
	return ""
}

// adoptID makes the id in the header of an upstream that of the request, if the site
// leaves that header to its upstreams: clients see no other id.
func (x *exchange) adoptID(header http.Header) {
	s, rec := x.record.ids, x.record
	upstream := header[s.canonical]
	if !s.off || len(upstream) != 1 || upstream[0] == rec.id || !requestid.IsValid(upstream[0]) {
		return
	}
	rec.id = upstream[0]
	if extra := x.accessLog(); extra != nil {
		extra.Set(zap.String("request_id", rec.id))
	}
}

// setID makes the id of the request the only id of the response.
func (x *exchange) setID(header http.Header) {
	s, rec := x.record.ids, x.record
	if s.off {
		return
	}
	if upstream := header[s.canonical]; len(upstream) > 0 && upstream[0] != rec.id {
		rec.upstreamID = logCode(upstream[0])
	}
	rec.responseValue[0] = rec.id
	header[s.canonical] = rec.responseValue[:]
}

// upstreamIDs are the headers in which upstreams send their own id of a request,
// in addition to the header that the site uses. Names without a vendor come first.
var upstreamIDs = []string{
	"X-Request-Id", "Request-Id", "X-Correlation-Id", "X-Trace-Id", "X-Transaction-Id", "X-Unique-Id", "X-Flow-Id",
	"X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amz-Apigw-Id", "X-Amz-Cf-Id", "X-Ms-Request-Id", "X-Ms-Correlation-Request-Id",
	"X-Github-Request-Id", "Twilio-Request-Id", "Paypal-Debug-Id", "X-Okta-Request-Id", "X-Dropbox-Request-Id", "X-Slack-Req-Id",
	"X-Hubspot-Correlation-Id", "X-Openstack-Request-Id", "X-Oss-Request-Id", "X-Couch-Request-Id", "X-Clickhouse-Query-Id",
	"Audit-Id", "X-Kong-Request-Id", "Kong-Request-Id", "Box-Request-Id", "Xero-Correlation-Id", "Intuit_tid", "X-Fb-Trace-Id",
	"X-Nf-Request-Id", "X-Vercel-Id", "Fly-Request-Id", "X-Azure-Ref", "Cf-Ray", "X-Varnish",
}

// upstreamIDRanks has the position of each name in upstreamIDs.
var upstreamIDRanks = func() map[string]int {
	ranks := make(map[string]int, len(upstreamIDs))
	for i, name := range upstreamIDs {
		ranks[name] = i
	}
	return ranks
}()

// upstreamID returns the upstream's own id of the request, from the body or else
// from a header.
func (x *exchange) upstreamID(t *translate.Translation, header http.Header) string {
	if t.RequestID != "" {
		return t.RequestID
	}
	if id := x.otherID(header, x.record.ids.canonical); id != "" {
		return id
	}
	best, bestName, id := len(upstreamIDs)+1, "", ""
	for name := range header { // there are fewer headers than names to look for
		rank, ok := upstreamIDRanks[name]
		if !ok && isIDHeader(name) {
			rank, ok = len(upstreamIDs), true
		}
		if !ok || rank > best || rank == best && name > bestName {
			continue
		}
		if other := x.otherID(header, name); other != "" {
			best, bestName, id = rank, name, other
		}
	}
	return id
}

// idSuffixes are how the names of other headers with an id of the request end,
// without hyphens and in lower case: X-Acme-Request-Id, X-Acme-Requestid.
var idSuffixes = []string{"requestid", "requestuuid", "correlationid", "traceid", "transactionid"}

// isIDHeader reports whether a header is named as one with an id of the request.
func isIDHeader(name string) bool {
	return slices.ContainsFunc(idSuffixes, func(suffix string) bool {
		i := len(name) - 1
		for j := len(suffix) - 1; j >= 0; i-- {
			switch {
			case i < 0:
				return false
			case name[i]|0x20 == suffix[j]:
				j--
			case name[i] != '-':
				return false
			}
		}
		return true
	})
}

// otherID returns the id in a header, or "" if it is the id of this request.
func (x *exchange) otherID(header http.Header, name string) string {
	if id := first(header[name]); id != x.record.id {
		return id
	}
	return ""
}
