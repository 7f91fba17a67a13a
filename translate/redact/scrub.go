package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scrubbed are forms of secrets and personal data in texts, with what replaces them, in order.
var scrubbed = []struct {
	form *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\beyJ[\w-]{6,}(?:\.[\w-]+)*|\b(?:sk|pk|rk)_(?:live|test)_\w+|\bsk-[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{12,}|\bgh[pousr]_\w{16,}|\bxox[abprs]-[\w-]{8,}`), placeholder},
	{regexp.MustCompile(`(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}|\b(apikey|api_key|api-key|token|password|passwd|pwd|pw|pin|secret)(\s*[:=]\s*)[^\s,;&<>"']+`), "$1$2$3$4" + placeholder},
	{regexp.MustCompile(`[\pL\pN._%+-]+@[\pL\pN-]+(?:\.[\pL\pN-]+)+`), "someone@example.com"},
	{regexp.MustCompile(`\b([a-z][a-z0-9+.-]*)://[^\s"'<>)]+`), "$1://example.com/"},
	{regexp.MustCompile(`(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "00000000-0000-4000-8000-000000000001"},
	{regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b`), "192.0.2.1"},
	{regexp.MustCompile(`\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b`), "XX00 0000 0000 0000"},
}

// placeholder replaces what has no form of its own.
const placeholder = "[redacted]"

var (
	hostNames  = regexp.MustCompile(`\b(?:[A-Za-z0-9-]+\.)+(?:com|net|org|io|dev|app|cloud|de|eu|uk|fr|local|internal|intern|intra|lan|corp|svc|cluster|example|test)\b(?::[0-9]+)?`)
	digitRuns  = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){6,}`)
	dates      = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)
	opaqueRuns = regexp.MustCompile(`[A-Za-z0-9_+-]{12,}={0,2}`)
	wordRuns   = regexp.MustCompile(`[^\s"'(),;!?<>]+`)
)

// Scrub returns a text for a file that is kept: mails, ids, long numbers, names of hosts, and other
// words that AllowsValue refuses are replaced by examples of the same form, or by a placeholder.
// The texts to keep stay where they are whole words.
func Scrub(s string, keep ...string) string {
	for i, text := range keep {
		if at := wordIndex(s, text); at >= 0 {
			return Scrub(s[:at], keep[i+1:]...) + text + Scrub(s[at+len(text):], keep[i:]...)
		}
	}
	s = ScrubNumber(s)
	for _, f := range scrubbed {
		s = f.form.ReplaceAllString(s, f.with)
	}
	s = hostNames.ReplaceAllStringFunc(s, func(host string) string {
		if strings.HasSuffix(host, "example.com") {
			return host
		}
		return "host.example.com"
	})
	s = opaqueRuns.ReplaceAllStringFunc(s, scrubOpaque)
	return wordRuns.ReplaceAllStringFunc(s, func(word string) string {
		plain := strings.Trim(word, ".:[]")
		if len(plain) < 6 || strings.Contains(plain, "redacted") || plain == "192.0.2.1" || strings.Contains(plain, "example.com") || AllowsValue(plain) {
			return word
		}
		return placeholder
	})
}

// ScrubNumber replaces long runs of digits by 1, 2, 3 …, so that a number stays a number. Dates
// stay.
func ScrubNumber(s string) string {
	return digitRuns.ReplaceAllStringFunc(s, func(run string) string {
		if dates.MatchString(run) {
			return run
		}
		next := 0
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return r
			}
			next++
			return '0' + rune(next%10)
		}, run)
	})
}

// scrubOpaque replaces letters and digits of a generated id.
func scrubOpaque(id string) string {
	digits := 0
	masked := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			digits++
			return '0'
		case unicode.IsLetter(r):
			return 'x'
		}
		return r
	}, id)
	if digits < 4 || digits == len(id) || dates.MatchString(id) || strings.HasPrefix(id, "00000000-0000") {
		return id
	}
	return id[:2] + masked[2:]
}

// wordIndex returns where a text is in s, with neither a letter nor a digit beside it; -1 if it
// is not.
func wordIndex(s, text string) int {
	for start := 0; text != ""; {
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
	return -1
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
