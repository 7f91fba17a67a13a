package translate

import (
	"strconv"
	"strings"
)

// Negotiate picks one of several media types by the Accept header of a client
// (RFC 9110 section 12.5.1). It returns the index of the offer with the highest
// quality, the first one if several have it. If none is acceptable it returns the first, because
// an error in another media type is better than none.
func Negotiate(accept string, offers ...string) int {
	best, quality := 0, -1.0
	for i, offer := range offers {
		if q := Quality(accept, offer); q > quality && (q > 0 || i == 0) {
			best, quality = i, q
		}
	}
	return best
}

// Quality returns the weight of a media type in an Accept header, from 0 to 1:
// that of the most specific range that includes it. Without a header every type
// has weight 1.
func Quality(accept, mediaType string) float64 {
	if strings.TrimSpace(accept) == "" {
		return 1
	}
	quality, precision := 0.0, -1
	for entry := range strings.SplitSeq(accept, ",") {
		name, parameters, _ := strings.Cut(entry, ";")
		p := rangePrecision(strings.TrimSpace(name), mediaType)
		if p > precision {
			quality, precision = weight(parameters), p
		}
	}
	return quality
}

// rangePrecision returns how precisely a media range includes a type: 2 by name, 1
// by its top-level type, 0 by */*, -1 not at all.
func rangePrecision(mediaRange, mediaType string) int {
	if strings.EqualFold(mediaRange, mediaType) {
		return 2
	}
	if mediaRange == "*/*" || mediaRange == "*" {
		return 0
	}
	topLevel, ok := strings.CutSuffix(mediaRange, "/*")
	if ok && len(topLevel) < len(mediaType) && mediaType[len(topLevel)] == '/' && strings.EqualFold(topLevel, mediaType[:len(topLevel)]) {
		return 1
	}
	return -1
}

// weight returns the q parameter. A malformed one counts as 0.
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

// PrefersHTML reports whether a client prefers a page to data, as browsers do when
// they navigate.
func PrefersHTML(accept string) bool {
	if strings.TrimSpace(accept) == "" {
		return false
	}
	html := max(Quality(accept, "text/html"), Quality(accept, "application/xhtml+xml"))
	return html > 0 && html > max(Quality(accept, MediaTypeCanonical), Quality(accept, MediaTypeProblem))
}
