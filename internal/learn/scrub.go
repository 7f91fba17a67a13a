package learn

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/redact"
)

// Secrets and personal data, which must not get into a mapping file, by their forms.
var (
	emails  = regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`)
	urls    = regexp.MustCompile(`\b([a-z][a-z0-9+.-]*)://[^\s"'<>)]+`)
	hosts   = regexp.MustCompile(`\b(?:[A-Za-z0-9-]+\.)+(?:com|net|org|io|dev|app|cloud|de|eu|uk|fr|local|internal|intern|intra|lan|corp|svc|cluster|example|test)\b(?::[0-9]+)?`)
	bearers = regexp.MustCompile(`(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}|\b(apikey|api_key|api-key|token|password|passwd|pwd|pw|pin|secret)(\s*[:=]\s*)[^\s,;&<>"']+`)
	tokens  = regexp.MustCompile(`\beyJ[\w-]{6,}(?:\.[\w-]+)*|\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bxox[abprs]-[\w-]{8,}`)
	ipv4    = regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`)
	uuids   = regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`)
	ibans   = regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b`)
	runs    = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){6,}`)
	opaque  = regexp.MustCompile(`[A-Za-z0-9_+-]{12,}={0,2}`)
	inText  = regexp.MustCompile(`[^<>\r\n]+`)
)

const redacted = "[redacted]"

// scrub replaces what looks like a secret or personal data in a text.
func scrub(s string) string {
	s = tokens.ReplaceAllString(s, redacted)
	s = bearers.ReplaceAllString(s, "$1$2$3$4"+redacted)
	s = emails.ReplaceAllString(s, "someone@example.com")
	s = urls.ReplaceAllString(s, "$1://example.com/")
	s = uuids.ReplaceAllString(s, "00000000-0000-4000-8000-000000000001")
	s = ipv4.ReplaceAllString(s, "192.0.2.1")
	s = ibans.ReplaceAllStringFunc(s, mask)
	s = hosts.ReplaceAllStringFunc(s, func(h string) string {
		if strings.HasSuffix(h, "example.com") {
			return h
		}
		return "host.example.com"
	})
	s = runs.ReplaceAllStringFunc(s, renumber)
	return opaque.ReplaceAllStringFunc(s, func(t string) string {
		digits := strings.Count(strings.Map(digitOrNot, t), "0")
		if strings.HasPrefix(t, "00000000-0000") || timeLike.MatchString(t) || digits < 4 || digits == len(t) {
			return t
		}
		return t[:2] + mask(t[2:])
	})
}

// words matches the words of a text, without the punctuation around them.
var words = regexp.MustCompile(`[^\s"'(),;!?<>]+`)

// scrubText scrubs a text, apart from the texts to keep if they are words of it. Words that clients
// must not see are replaced, too.
func scrubText(s string, keep map[string]bool) string {
	for _, text := range slices.Sorted(maps.Keys(keep)) {
		if at := tokenIndex(s, text); at >= 0 {
			return scrubText(s[:at], nil) + text + scrubText(s[at+len(text):], keep)
		}
	}
	return words.ReplaceAllStringFunc(scrub(s), func(word string) string {
		if plain := strings.Trim(word, ".:[]"); redact.AllowsValue(plain) || len(plain) < 6 || strings.Contains(plain, "example.com") || plain == "redacted" || plain == "192.0.2.1" {
			return word
		}
		return redacted
	})
}

// tokenIndex returns where a text is in s, with neither a letter nor a digit beside it; -1 if it
// is not.
func tokenIndex(s, text string) int {
	if text == "" {
		return -1
	}
	for start := 0; ; {
		at := strings.Index(s[start:], text)
		if at < 0 {
			return -1
		}
		at += start
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at+len(text):])
		if !isWordRune(before) && !isWordRune(after) {
			return at
		}
		start = at + len(text)
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func digitOrNot(r rune) rune {
	if unicode.IsDigit(r) {
		return '0'
	}
	return 'x'
}

// mask replaces all digits by 0 and all letters by x.
func mask(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) || unicode.IsLetter(r) {
			return digitOrNot(r)
		}
		return r
	}, s)
}

// renumber replaces digits by 1, 2, 3 …, so that a number stays a number. Dates stay.
func renumber(s string) string {
	if timeLike.MatchString(s) && len(s) == len("2006-01-02") && strings.Count(s, "-") == 2 {
		return s
	}
	next := 0
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return r
		}
		next++
		return '0' + rune(next%10)
	}, s)
}

// Limits of the body of an example.
const (
	maxWords    = 160
	maxElements = 3
	maxExample  = 6000
)

// scrubJSON returns a value without secrets. keep are the texts that stay: codes and names of
// fields. Lists keep their first elements.
func scrubJSON(name string, v gjson.Result, keep map[string]bool) string {
	switch {
	case v.IsObject():
		var parts []string
		last := map[string]int{} // if members share a name, the last one counts
		v.ForEach(func(key, child gjson.Result) bool {
			part := quoted(key.Str) + ":" + scrubJSON(key.Str, child, keep)
			if i, again := last[key.Str]; again {
				parts[i] = part
				return true
			}
			last[key.Str], parts = len(parts), append(parts, part)
			return true
		})
		return "{" + strings.Join(parts, ",") + "}"
	case v.IsArray():
		var parts []string
		for _, child := range v.Array()[:min(len(v.Array()), maxElements)] {
			parts = append(parts, scrubJSON(name, child, keep))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case v.Type == gjson.Number && !keep[v.Raw]:
		return runs.ReplaceAllStringFunc(v.Raw, renumber)
	case v.Type == gjson.String && !keep[v.Str]:
		return quoted(scrubMember(name, v.Str, keep))
	case v.Type == gjson.String:
		return quoted(v.Str)
	}
	return v.Raw
}

// scrubMember returns the text of a member without secrets.
func scrubMember(name, text string, keep map[string]bool) string {
	if redact.IsSecret(name, text) {
		return redacted
	}
	if doc := strings.TrimSpace(text); strings.HasPrefix(doc, "{") && gjson.Valid(doc) {
		return scrubJSON(name, gjson.Parse(doc), keep)
	}
	return scrubText(clean(text, maxWords), keep)
}

// scrubMarkup returns a body that is no JSON without secrets, text by text.
func scrubMarkup(body string, keep map[string]bool) string {
	return inText.ReplaceAllStringFunc(body, func(s string) string { return scrubText(s, keep) })
}

// bodyOf returns the body of a capture for an example, and whether it is short enough. code is the
// native code that was read.
func bodyOf(c *capture, code string, fields map[string]string) (string, bool) {
	keep := map[string]bool{}
	if code != "" {
		keep[code] = true
	}
	for name := range fields {
		keep[name] = true
	}
	body := ""
	switch doc := gjson.Parse(c.Doc); c.Format {
	case dialect.FormatJSON:
		body = scrubJSON("", doc, keep)
	default:
		body = scrubMarkup(strings.TrimSpace(strings.ToValidUTF8(string(c.Body), "?")), keep)
	}
	return body, len(body) <= maxExample
}

// clean returns a text on one line, with at most limit characters.
func clean(s string, limit int) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	s = strings.Map(func(r rune) rune {
		if r != ' ' && !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
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
