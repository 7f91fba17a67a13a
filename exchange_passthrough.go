package koine

import (
	"net/http"
	"strings"
)

// pass sends the header, and lets the body pass through from here on.
func (x *exchange) pass(status int) {
	x.passing = true
	if x.isInnermost() {
		x.addResponseHeaders(x.ResponseWriter.Header())
		x.addLogFields()
		if x.rt.inScope(status) {
			x.countPassed("", status)
		}
		switch x.mode {
		case modeTranslate:
			x.varyPage(status)
			x.startStream(status)
		case modeObserve:
			x.observeStream(status)
		}
	}
	x.ResponseWriter.WriteHeader(status)
}

// varyPage adds Vary to a page that passes through because the client prefers HTML:
// other clients get an envelope.
func (x *exchange) varyPage(status int) {
	header := x.ResponseWriter.Header()
	if x.rt.inScope(status) && isHTML(header.Get("Content-Type")) && x.rt.excludes(status, header, x.request) == excludedByMediaType {
		addVary(header, "Accept")
	}
}

// sendUnchanged sends a buffered response as the handler wrote it.
func (x *exchange) sendUnchanged(b *bufferedResponse, dialect string) {
	header := x.ResponseWriter.Header()
	if !x.knowsLength(header) { // the error may be translated for GET
		delete(header, "Content-Length")
	}
	x.addResponseHeaders(header)
	if !b.isSuccess || dialect != "" { // a success that is no error is not counted
		x.countPassed(dialect, b.status)
	}
	if b.isSuccess {
		x.startStream(b.status)
	}
	x.ResponseWriter.WriteHeader(b.status)
	_ = x.replay(b)
	for name, values := range b.lateHeader {
		if strings.HasPrefix(name, http.TrailerPrefix) || isTrailer(header, name) {
			header[name] = values
		}
	}
}

// isTrailer reports whether a header was announced as a trailer.
func isTrailer(header http.Header, name string) bool {
	for _, list := range header["Trailer"] {
		for announced := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(strings.TrimSpace(announced), name) {
				return true
			}
		}
	}
	return false
}
