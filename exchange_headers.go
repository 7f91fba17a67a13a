package koine

import (
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// bodyHeaders are the headers that describe or sign the body that an answer
// replaces.
var bodyHeaders = []string{
	"Content-Length", "Content-Encoding", "Content-Language", "Content-Location", "Content-Disposition", "Content-Md5",
	"Etag", "Last-Modified", "Accept-Ranges", "Digest", "Content-Digest", "Repr-Digest", "Signature", "Signature-Input",
	"Incremental", "Trailer", "Transfer-Encoding",
}

// addResponseHeaders adds the headers of every response to one that passes
// through. It changes none of the upstream's headers, apart from the id. It returns the limits
// in the header.
func (x *exchange) addResponseHeaders(header http.Header) []limitheader.Limit {
	if !x.isInnermost() {
		return nil
	}
	x.adoptID(header)
	x.setID(header)
	limits := x.limits(header)
	limitheader.Write(header, limits, x.start, x.rt.limitHeaders, false)
	x.exposeHeaders(header)
	return limits
}

// rewriteHeader turns the header of an error into that of its answer.
func (x *exchange) rewriteHeader(header http.Header, t *translate.Translation, status int, values *headerValues) {
	// Clients that prefer HTML get the page of the upstream, or of the error routes.
	hasPage := isHTML(header.Get("Content-Type")) || x.untypedPage || x.returnedErr != nil
	for name := range header {
		if slices.Contains(bodyHeaders, name) || strings.HasPrefix(name, http.TrailerPrefix) {
			delete(header, name)
		}
	}
	x.setID(header)
	if len(header["Proxy-Status"]) == 0 {
		header["Proxy-Status"] = values.of(x.proxyStatus(t))
	} else {
		header["Proxy-Status"] = append(header["Proxy-Status"], x.proxyStatus(t))
	}
	setCacheHeaders(header, t.Status != status, values)
	if x.private {
		setPrivate(header)
	}
	if x.responder != nil {
		x.responder.setHeaders(header)
	}
	x.setVary(header, x.responder == nil && (len(x.rt.renderers) > 1 || hasPage), values)
	if language := t.Language(); language != "" && x.rt.hasLocales {
		header["Content-Language"] = values.of(language)
	}
	setAnswerRetryAfter(header, t, &x.rt.policy, values)
}

func isHTML(contentType string) bool {
	mediaType := translate.MediaType(contentType)
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

// setCacheHeaders prevents caches from storing an answer under the rules of the
// error that it replaces.
func setCacheHeaders(header http.Header, statusChanged bool, values *headerValues) {
	if statusChanged {
		delete(header, "Cache-Control")
		delete(header, "Expires")
		delete(header, "Age")
	}
	if len(header["Cache-Control"]) == 0 {
		header["Cache-Control"] = values.of("no-store")
	}
}

// sharedDirectives are the directives of Cache-Control that let shared caches store a
// response (RFC 9111 section 5.2.2).
var sharedDirectives = []string{"public", "s-maxage"}

// setPrivate keeps shared caches from storing an answer that other clients do not get for
// the same request.
func setPrivate(header http.Header) {
	var kept []string
	for directive := range cacheDirectives(header["Cache-Control"]) {
		name, _, _ := strings.Cut(strings.ToLower(directive), "=")
		switch {
		case directive == "", slices.Contains(sharedDirectives, name):
			continue
		case name == "no-store", strings.EqualFold(directive, "private"):
			return
		}
		kept = append(kept, directive)
	}
	header["Cache-Control"] = []string{strings.Join(append(kept, "private"), ", ")}
}

// cacheDirectives yields the directives of Cache-Control headers. Commas in quotes do not
// separate directives.
func cacheDirectives(values []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range values {
			quoted := false
			for directive := range strings.FieldsFuncSeq(value, func(c rune) bool {
				quoted = quoted != (c == '"')
				return c == ',' && !quoted
			}) {
				if !yield(strings.TrimSpace(directive)) {
					return
				}
			}
		}
	}
}

// setVary adds to Vary the headers of the request on which an answer depends: Accept, if
// it does, and Accept-Language, if the site has locales.
func (x *exchange) setVary(header http.Header, byAccept bool, values *headerValues) {
	names := ""
	switch {
	case byAccept && x.rt.hasLocales:
		names = "Accept, Accept-Language"
	case byAccept:
		names = "Accept"
	case x.rt.hasLocales:
		names = "Accept-Language"
	default:
		return
	}
	if len(header["Vary"]) == 0 {
		header["Vary"] = values.of(names)
		return
	}
	for name := range strings.SplitSeq(names, ", ") {
		addVary(header, name)
	}
}

func addVary(header http.Header, name string) {
	if !httpguts.HeaderValuesContainsToken(header["Vary"], name) && !httpguts.HeaderValuesContainsToken(header["Vary"], "*") {
		header["Vary"] = append(header["Vary"], name)
	}
}

// setAnswerRetryAfter sets Retry-After to the retry.after of the envelope, so that
// the two agree. Without one, that of the upstream is removed: it is invalid, or
// the request must not be repeated.
func setAnswerRetryAfter(header http.Header, t *translate.Translation, p *translate.Policy, values *headerValues) {
	after, known := t.After(p)
	if !known {
		delete(header, "Retry-After")
		return
	}
	header["Retry-After"] = values.of(strconv.Itoa(after))
}

// exposedHeaders are the headers of Koine that scripts of other origins may read,
// in addition to the id.
var exposedHeaders = []string{
	"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit", "Ratelimit-Policy", "Retry-After", "Proxy-Status",
}

// exposeHeaders lets scripts of other origins read the headers of Koine, if they
// may read the response at all. That is known later if a deferred header directive
// allows it, as one that also deletes a header does: so it is assumed for requests with
// an Origin.
func (x *exchange) exposeHeaders(header http.Header) {
	if len(header["Access-Control-Allow-Origin"]) == 0 && len(x.request.Header["Origin"]) == 0 {
		return
	}
	already := header["Access-Control-Expose-Headers"]
	if slices.Contains(already, "*") && header.Get("Access-Control-Allow-Credentials") != "true" {
		return
	}
	var names []string
	add := func(name, written string) {
		if len(header[name]) > 0 && !httpguts.HeaderValuesContainsToken(already, name) {
			names = append(names, written)
		}
	}
	if id := x.record.ids; !id.off {
		add(id.canonical, id.name)
	}
	for _, name := range exposedHeaders {
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

// headerValues has the values of headers that an answer sets: one allocation for all
// of them.
type headerValues struct {
	list [7]string // Proxy-Status, Cache-Control, Vary, Retry-After, Content-Language, Content-Type, Content-Length
	used int
}

// of returns a list with one value for a header map.
func (v *headerValues) of(value string) []string {
	if v.used == len(v.list) {
		return []string{value}
	}
	v.list[v.used] = value
	v.used++
	return v.list[v.used-1 : v.used : v.used] // whoever appends gets another list
}
