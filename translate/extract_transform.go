package translate

import (
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// decodings are the values of Place.Decode.
var decodings = map[string]func(string) string{
	"html": html.UnescapeString,
	"percent": func(s string) string { // as in grpc-message: a text with an invalid escape is used unchanged
		if plain, err := url.PathUnescape(s); err == nil {
			return plain
		}
		return s
	},
}

// transform applies the options of a place to a text, and reports whether the
// result is neither empty nor excluded.
func (r *reader) transform(x *extractor, text string) (string, bool) {
	if x.JSON != nil {
		text = textInJSON(text, x.JSON)
	}
	if decode := decodings[x.Decode]; decode != nil {
		text = decode(text)
	}
	if x.pattern != nil {
		part, ok := x.pattern.find(text)
		if !ok {
			return "", false
		}
		text = part
	}
	text = strings.TrimSpace(text)
	if x.Fill != nil {
		text = r.fillParameters(x, text)
	}
	return text, text != "" && !r.isExcluded(x, text)
}

// isExcluded reports whether a text is among those that the place excludes.
func (r *reader) isExcluded(x *extractor, text string) bool {
	for _, word := range x.Not {
		switch word {
		case "$status":
			if isStatusText(text, r.response.Status) {
				return true
			}
		case "$phrase":
			if isPhrase(text, r.response.Status) {
				return true
			}
		case text:
			return true
		}
	}
	return false
}

// textInJSON parses a text as JSON and returns the text at a path in it.
func textInJSON(text string, p dialect.Path) (out string) {
	if !gjson.Valid(text) {
		repaired, ok := repairJSON(nil, strings.TrimSpace(text))
		if text = view(repaired); !ok || !gjson.Valid(text) {
			return ""
		}
	}
	if jsonDepth(text) > maxDepth {
		return ""
	}
	walk(newValue(strings.TrimSpace(text)), "", p, func(_ string, v value) bool {
		var ok bool
		out, ok = scalar(v)
		return ok
	})
	return out
}

// jsonDepth returns an upper bound of how deep a JSON text nests.
func jsonDepth(s string) (depth int) {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '{', '[':
			open++
			depth = max(depth, open)
		case '}', ']':
			open--
		}
	}
	return depth
}

// maxParameters bounds the values that a message is filled with.
const maxParameters = 64

// fillParameters replaces %name or %1 in a message by the members of the object,
// or the elements of the array, that the place points to.
func (r *reader) fillParameters(x *extractor, text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	parameters, ok := value{}, false
	walk(r.root, "", x.Fill, func(_ string, v value) bool {
		parameters, ok = v, true
		return true
	})
	if !ok {
		return text
	}
	return replaceParameters(text, parameters)
}

// replaceParameters replaces longer names first, so that %fieldName is not read
// as %field.
func replaceParameters(text string, parameters value) string {
	type parameter struct{ name, text string }
	var list []parameter
	index := 0
	each(parameters, func(name string, v value) bool {
		if index++; parameters.IsArray() {
			name = strconv.Itoa(index)
		}
		if text, ok := literal(v); ok {
			list = append(list, parameter{"%" + name, text})
		}
		return index < maxParameters
	})
	slices.SortStableFunc(list, func(a, b parameter) int { return len(b.name) - len(a.name) })
	var oldnew []string
	for _, p := range list {
		oldnew = append(oldnew, p.name, p.text)
	}
	return strings.NewReplacer(oldnew...).Replace(text)
}
