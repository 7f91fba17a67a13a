package translate

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// source is a compiled Place.
type source struct {
	spot
	header  string // canonical; "" where the value stands in the body
	plain   bool   // nothing is to be made of the value
	pattern *regexp.Regexp
	*dialect.Place
}

// decodings are the words of Place.Decode.
var decodings = map[string]func(string) string{
	"html": html.UnescapeString,
	"percent": func(s string) string { // grpc-message: bytes that are no escape stay
		if plain, err := url.PathUnescape(s); err == nil {
			return plain
		}
		return s
	},
}

// say returns the text of a source, and whether it says anything.
func (t *Translation) say(s *source) (text string, ok bool) {
	if s.header != "" {
		return t.sayHeader(s)
	}
	if s.plain && s.spot.plain() {
		m := t.at(s.node)
		if m == nil {
			return "", false
		}
		if m.value.Type == gjson.String {
			return m.value.Str, m.value.Str != ""
		}
		return t.texts(m.value)
	}
	v, key, ok := t.start(&s.spot)
	if !ok {
		return "", false
	}
	walk(v, key, s.tail, func(key string, v value) bool {
		if s.Key {
			text, ok = key, key != ""
		} else {
			text, ok = t.texts(v)
		}
		if ok {
			text, ok = t.clean(s, text)
		}
		if ok && len(t.said) < cap(t.said) {
			t.said = append(t.said, v)
		}
		return ok
	})
	return text, ok && text != ""
}

func (t *Translation) sayHeader(s *source) (string, bool) {
	for _, v := range t.response.Header[s.header] {
		if s.Param != "" {
			v = headerParam(v, s.Param)
		}
		if text, ok := t.clean(s, strings.TrimSpace(v)); ok {
			return text, true
		}
	}
	return "", false
}

// texts returns the text of a value; that of a list of texts is all of them.
func (t *Translation) texts(v value) (string, bool) {
	if !v.IsArray() {
		return scalar(v)
	}
	const most = 16 << 10
	var joined string
	fine := true
	each(v, func(_ string, child value) bool {
		text, ok := scalar(child)
		switch {
		case child.Type == gjson.JSON:
			fine = false
		case ok && joined != "":
			joined += "; " + text
		case ok:
			joined = text
		}
		return fine && len(joined) < most
	})
	return joined, fine && joined != ""
}

// clean makes of a text what the words of the place say.
func (t *Translation) clean(s *source, text string) (string, bool) {
	if s.JSON != nil {
		text = inner(text, s.JSON)
	}
	if decode := decodings[s.Decode]; decode != nil {
		text = decode(text)
	}
	if s.pattern != nil {
		m := s.pattern.FindStringSubmatchIndex(text)
		if m == nil {
			return "", false
		}
		if len(m) > 2 && m[2] >= 0 {
			m = m[2:]
		}
		text = text[m[0]:m[1]]
	}
	text = strings.TrimSpace(text)
	if s.Fill != nil {
		text = t.fill(s, text)
	}
	return text, text != "" && !t.skips(s, text)
}

// skips tells whether a value says nothing.
func (t *Translation) skips(s *source, text string) bool {
	for _, word := range s.Not {
		switch word {
		case "$status":
			if n, err := strconv.Atoi(text); err == nil && n == t.Status {
				return true
			}
		case "$phrase":
			if strings.EqualFold(text, Phrase(t.Status)) {
				return true
			}
		case text:
			return true
		}
	}
	return false
}

// inner reads a path in a text that is JSON itself.
func inner(text string, p dialect.Path) (out string) {
	if !gjson.Valid(text) || depth(text) > maxDepth {
		return ""
	}
	walk(newValue(strings.TrimSpace(text)), "", p, func(_ string, v value) bool {
		var ok bool
		out, ok = scalar(v)
		return ok
	})
	return out
}

// depth is how deep brackets nest in a text, at most.
func depth(s string) (most int) {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '{', '[':
			open++
			most = max(most, open)
		case '}', ']':
			open--
		}
	}
	return most
}

// fill replaces %name, or %1, in a message by the values of an object, or of a
// list.
func (t *Translation) fill(s *source, text string) string {
	if strings.IndexByte(text, '%') < 0 {
		return text
	}
	parameters, ok := value{}, false
	walk(t.root, "", s.Fill, func(_ string, v value) bool {
		parameters, ok = v, true
		return true
	})
	if !ok {
		return text
	}
	return fillFrom(text, parameters)
}

// maxParameters bounds how many values may fill a message.
const maxParameters = 64

// fillFrom does that with the parameters given. Longer names come first, so that
// %fieldName is not taken for %field.
func fillFrom(text string, parameters value) string {
	type pair struct{ name, word string }
	var pairs []pair
	index := 0
	each(parameters, func(name string, v value) bool {
		if index++; parameters.IsArray() {
			name = strconv.Itoa(index)
		}
		if word, ok := literal(v); ok {
			pairs = append(pairs, pair{"%" + name, word})
		}
		return index < maxParameters
	})
	slices.SortStableFunc(pairs, func(a, b pair) int { return len(b.name) - len(a.name) })
	var words []string
	for _, p := range pairs {
		words = append(words, p.name, p.word)
	}
	return strings.NewReplacer(words...).Replace(text)
}

// wait reads how many seconds a text says to wait, rounded up; -1 for none.
func (t *Translation) wait(text string, unit dialect.Unit) int {
	return limitheader.ReadWait(text, unit, limitheader.SentAt(t.response.Header, t.response.Now))
}
