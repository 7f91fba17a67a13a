package learn

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/redact"
)

// Limits of the body of an example.
const (
	maxWords    = 160
	maxElements = 3
	maxExample  = 6000
)

// scrubJSON returns a value without secrets. The texts to keep are codes and names of fields. Lists
// keep their first elements.
func scrubJSON(name string, v gjson.Result, keep []string) string {
	var parts []string
	switch {
	case v.IsObject():
		at := map[string]int{} // if members share a name, the last one counts
		v.ForEach(func(key, child gjson.Result) bool {
			part := quoted(key.Str) + ":" + scrubJSON(key.Str, child, keep)
			if i, again := at[key.Str]; again {
				parts[i] = part
				return true
			}
			at[key.Str], parts = len(parts), append(parts, part)
			return true
		})
		return "{" + strings.Join(parts, ",") + "}"
	case v.IsArray():
		for _, child := range v.Array()[:min(len(v.Array()), maxElements)] {
			parts = append(parts, scrubJSON(name, child, keep))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case v.Type == gjson.String && redact.IsSecret(name, v.Str):
		return quoted("[redacted]")
	case v.Type == gjson.String && strings.HasPrefix(v.Str, "{") && gjson.Valid(v.Str):
		return quoted(scrubJSON(name, gjson.Parse(v.Str), keep))
	case v.Type == gjson.String:
		return quoted(redact.Scrub(clean(v.Str, maxWords), keep...))
	case v.Type == gjson.Number && !(len(keep) > 0 && v.Raw == keep[0]):
		return redact.ScrubNumber(v.Raw)
	}
	return v.Raw
}

// markupText matches the texts of a body that is no JSON.
var markupText = regexp.MustCompile(`[^<>\r\n]+`)

// bodyOf returns the body of a capture for an example, and whether it is short enough.
func bodyOf(c *sample, r *reading) (body string, ok bool) {
	keep := []string{r.code}
	for name := range r.fields {
		keep = append(keep, name)
	}
	if c.Format == dialect.FormatJSON {
		body = scrubJSON("", gjson.Parse(c.Doc), keep)
	} else {
		body = markupText.ReplaceAllStringFunc(strings.TrimSpace(strings.ToValidUTF8(string(c.Body), "?")), func(s string) string { return redact.Scrub(s, keep...) })
	}
	return body, len(body) <= maxExample
}

// clean returns a text on one line, with at most limit characters.
func clean(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		if r != ' ' && !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " "))
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	short := string([]rune(s)[:limit])
	if i := strings.LastIndexByte(short, ' '); i > limit/2 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:") + "…"
}

// quoted returns a text as JSON.
func quoted(s string) string {
	out, _ := json.Marshal(s) // a string always marshals
	return string(out)
}
