package koine

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/translate"
)

// described are the headers that speak of the body an answer replaces, or sign
// it.
var described = []string{
	"Content-Length", "Content-Encoding", "Content-Language", "Content-Location", "Content-Disposition", "Content-Md5",
	"Etag", "Last-Modified", "Accept-Ranges", "Digest", "Content-Digest", "Repr-Digest", "Signature", "Signature-Input",
	"Incremental", "Trailer", "Transfer-Encoding",
}

// decorate adds to a response that passes what every response gets. It changes
// nothing that the upstream sent, but for the id.
func (x *exchange) decorate(header http.Header) {
	if !x.acts() {
		return
	}
	x.setID(header)
	x.handler.writeLimits(header, x.limits(header), x.start, false)
	x.expose(header)
}

// setID makes the response carry the id of the request, and no other.
func (x *exchange) setID(header http.Header) {
	id := x.handler.RequestID
	if id.Off {
		return
	}
	rec := x.record
	if own := header[id.canonical]; len(own) > 0 && own[0] != rec.id {
		rec.upstreamID = logCode(own[0])
	}
	rec.responseValue[0] = rec.id
	header[id.canonical] = rec.responseValue[:]
}

// translateHeader turns the header of an error into that of its answer.
func (x *exchange) translateHeader(header http.Header, t *translate.Translation, status int) {
	h := x.handler
	html := isHTML(header.Get("Content-Type"))
	for name := range header {
		if slices.Contains(described, name) || strings.HasPrefix(name, http.TrailerPrefix) {
			delete(header, name)
		}
	}
	x.setID(header)
	header["Proxy-Status"] = append(header["Proxy-Status"], x.proxyStatus(t))
	cacheHeader(header, t.Status != status)
	if len(h.forms) > 1 || html { // a browser would have had the page
		vary(header, "Accept")
	}
	retryHeader(header, t, &h.policy, status)
}

func isHTML(contentType string) bool {
	return strings.HasPrefix(contentType, "text/html") || strings.HasPrefix(contentType, "application/xhtml+xml")
}

// cacheHeader keeps caches from mistaking an answer for the error it replaces.
func cacheHeader(header http.Header, changed bool) {
	if changed {
		delete(header, "Cache-Control")
		delete(header, "Expires")
		delete(header, "Age")
	}
	if len(header["Cache-Control"]) == 0 {
		header["Cache-Control"] = []string{"no-store"}
	}
}

func vary(header http.Header, name string) {
	if !httpguts.HeaderValuesContainsToken(header["Vary"], name) && !httpguts.HeaderValuesContainsToken(header["Vary"], "*") {
		header["Vary"] = append(header["Vary"], name)
	}
}

// retryHeader tells in Retry-After what the envelope tells in retry.after: on
// every 429 that has to wait, and on other 429 and on 502, 503 and 504 where it
// is known. Elsewhere the upstream's stays as it is.
func retryHeader(header http.Header, t *translate.Translation, p *translate.Policy, status int) {
	after, known := t.RetryAfter, t.RetryAfter >= 0
	switch status {
	case http.StatusTooManyRequests:
		if t.Strategy() == translate.RetryWait {
			after, known = t.After(p)
		}
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
	default:
		return
	}
	if !known {
		delete(header, "Retry-After") // there was none, or none that a client could read
		return
	}
	header["Retry-After"] = []string{strconv.Itoa(after)}
}

// exposed are the headers of ours that a script of another origin may read.
var exposed = []string{
	"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit", "Ratelimit-Policy", "Retry-After", "Proxy-Status",
}

// expose lets scripts of other origins read our headers, where the response is
// for them at all.
func (x *exchange) expose(header http.Header) {
	if len(header["Access-Control-Allow-Origin"]) == 0 {
		return
	}
	already := header["Access-Control-Expose-Headers"]
	if slices.Contains(already, "*") && header.Get("Access-Control-Allow-Credentials") != "true" {
		return
	}
	var names []string
	add := func(name, as string) {
		if len(header[name]) > 0 && !httpguts.HeaderValuesContainsToken(already, name) {
			names = append(names, as)
		}
	}
	if !x.handler.RequestID.Off {
		add(x.handler.RequestID.canonical, x.handler.RequestID.Header)
	}
	for _, name := range exposed {
		add(name, name)
	}
	if len(names) > 0 {
		header["Access-Control-Expose-Headers"] = append(slices.Clip(already), strings.Join(names, ", "))
	}
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
