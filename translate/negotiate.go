package translate

import (
	"strconv"
	"strings"
)

// Negotiate picks one of several media types by the Accept header of a client
// (RFC 9110 section 12.5.1). It returns an index into offers: the one the
// client likes best, the first of equals, and the first of all where none is
// acceptable, since an error in the wrong form beats no error.
func Negotiate(accept string, offers ...string) int {
	best, liked := 0, -1.0
	for i, offer := range offers {
		if q := Quality(accept, offer); q > liked && (q > 0 || i == 0) {
			best, liked = i, q
		}
	}
	return best
}

// Quality returns how much a client likes a media type, from 0 to 1: the weight
// of the most specific range that covers it. A missing header likes everything.
func Quality(accept, mediaType string) float64 {
	if strings.TrimSpace(accept) == "" {
		return 1
	}
	quality, precision := 0.0, -1
	for entry := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		p := covers(strings.TrimSpace(name), mediaType)
		if p > precision {
			quality, precision = weight(parameters), p
		}
	}
	return quality
}

// covers tells how precisely a media range covers a type: 2 by name, 1 by its
// first half, 0 by */*, -1 not at all.
func covers(mediaRange, mediaType string) int {
	if strings.EqualFold(mediaRange, mediaType) {
		return 2
	}
	if mediaRange == "*/*" || mediaRange == "*" {
		return 0
	}
	half, ok := strings.CutSuffix(mediaRange, "/*")
	if ok && len(half) < len(mediaType) && mediaType[len(half)] == '/' && strings.EqualFold(half, mediaType[:len(half)]) {
		return 1
	}
	return -1
}

// weight reads the q parameter; a malformed one counts as 0, which no client
// means by accident to like.
func weight(parameters string) float64 {
	for p := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0
		}
		return q
	}
	return 1
}

// PrefersHTML tells whether a client would rather have a page than data, as
// browsers do when they navigate.
func PrefersHTML(accept string) bool {
	if strings.TrimSpace(accept) == "" {
		return false
	}
	html := max(Quality(accept, "text/html"), Quality(accept, "application/xhtml+xml"))
	return html > 0 && html > max(Quality(accept, MediaTypeCanonical), Quality(accept, MediaTypeProblem))
}
