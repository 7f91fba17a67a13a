package learn

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/koine-proxy/koine/translate"
)

// Patterns for kinds of texts.
var (
	wordLike   = regexp.MustCompile(`^-?[\pL\pN](?:[\pL\pN_.:/#$~-]{0,78}[\pL\pN_])?$`)
	decimal    = regexp.MustCompile(`^-?[0-9]+\.[0-9]+(?:\.[0-9]+)*$`)
	numberLike = regexp.MustCompile(`^-?[0-9]{1,12}$`)
	camelCase  = regexp.MustCompile(`^(?:[A-Z][a-z0-9]+){2,}$|^[a-z]+(?:[A-Z][a-z0-9]+)+$`)
	upperCase  = regexp.MustCompile(`^[\p{Lu}\pN][\p{Lu}\pN_.:/-]+$`)
	fieldLike  = regexp.MustCompile(`^[#$/]{0,2}[\pL_][\pL\pN_.\[\]/$"'-]*$`)

	uuidLike  = regexp.MustCompile(`(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	hexLike   = regexp.MustCompile(`(?i)^(?:0x)?[0-9a-f]{12,}$`)
	tokenLike = regexp.MustCompile(`^[A-Za-z0-9_:./=+-]{8,128}$`)

	timeLike = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}.*)?$|^[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}(?:[ ,]+[0-9]{1,2}:[0-9]{2}.*)?$|^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z]|^20[0-9]{6}(?:T?[0-9]{6})?(?:\.[0-9]+)?Z?$`)
)

// isSentence reports whether a text is written for people: at least two words, or several
// letters of a script without spaces.
func isSentence(s string) bool {
	words, wide := 0, 0
	for _, w := range strings.Fields(s) {
		if strings.IndexFunc(w, unicode.IsLetter) >= 0 {
			words++
		}
	}
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer) {
			wide++
		}
	}
	return words >= 2 || wide >= 3
}

func isNumber(s string) bool { return numberLike.MatchString(s) }

// looksLikeCode reports whether a text looks like a code: a word with digits, punctuation or
// capitals inside.
func looksLikeCode(s string) bool {
	if !wordLike.MatchString(s) || isNumber(s) || decimal.MatchString(s) || isTime(s) || isID(s) || isAddress(s) {
		return false
	}
	return strings.ContainsAny(s, "_.-:/") || strings.IndexFunc(s, unicode.IsDigit) >= 0 || camelCase.MatchString(s) || upperCase.MatchString(s)
}

// isID reports whether a text looks like a generated id of one request.
func isID(s string) bool {
	if uuidLike.MatchString(s) {
		return true
	}
	digits, letters := 0, 0
	for _, r := range s {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	if hexLike.MatchString(s) {
		return digits >= 3
	}
	return tokenLike.MatchString(s) && len(s) >= 12 && digits >= 4 && letters >= 2 && !upperCase.MatchString(s)
}

// isAddress reports whether a text is a URL.
func isAddress(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

// isSerial reports whether a text looks like a serial number of requests.
func isSerial(s string) bool {
	digits := 0
	for _, r := range s {
		if '0' <= r && r <= '9' {
			digits++
		}
	}
	return tokenLike.MatchString(s) && digits >= 5
}

// isTime reports whether a text is a time or a Unix time.
func isTime(s string) bool {
	if timeLike.MatchString(s) {
		return true
	}
	whole, _, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return false
	}
	return n >= 1_200_000_000 && n < 2_500_000_000 || n >= 1_200_000_000_000 && n < 2_500_000_000_000
}

// repeatsStatus reports whether a text is just the status.
func repeatsStatus(s string, status int) bool {
	return status > 0 && (s == strconv.Itoa(status) || strings.HasPrefix(s, strconv.Itoa(status)+" ") && isPhrase(s[4:], status))
}

// isPhrase reports whether a text is the reason phrase of the status, ignoring case
// and separators.
func isPhrase(s string, status int) bool {
	if status < 400 || s == "" {
		return false
	}
	folded := fold(s)
	return folded == fold(translate.Phrase(status)) || oldPhrases[status] != "" && folded == oldPhrases[status]
}

// isPlainPhrase reports whether a text is the reason phrase and does not look like a
// code.
func isPlainPhrase(s string, status int) bool {
	return isPhrase(s, status) && !strings.Contains(s, "_") && !strings.Contains(s, "-") && !camelCase.MatchString(s)
}

// oldPhrases are the folded phrases that RFC 9110 renamed.
var oldPhrases = map[int]string{
	413: "payloadtoolarge", 422: "unprocessableentity", 416: "requestedrangenotsatisfiable", 414: "requesturitoolong",
}

// severities are words for the severity of an error, which are not codes.
var severities = map[string]bool{
	"error": true, "err": true, "warning": true, "warn": true, "info": true, "fatal": true, "critical": true, "severe": true, "failure": true,
	"fail": true, "failed": true, "e": true, "w": true, "f": true, "i": true, "high": true, "low": true, "medium": true, "nok": true, "ko": true,
	"fehler": true, "warnung": true, "information": true, "informational": true, "debug": true, "notice": true,
}
