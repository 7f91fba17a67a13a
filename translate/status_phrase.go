package translate

import (
	"strconv"
	"strings"
)

// phrases are the reason phrases of RFC 9110 section 15 and the RFCs that add
// to it (423, 424: RFC 4918; 425: RFC 8470; 428, 429, 431, 511: RFC 6585; 451:
// RFC 7725; 507: RFC 4918; 508: RFC 5842). They are here because the engine does
// not import net/http.
var phrases = map[int]string{
	400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
	405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout",
	409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
	414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed",
	421: "Misdirected Request", 422: "Unprocessable Content", 423: "Locked", 424: "Failed Dependency", 425: "Too Early",
	426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
	451: "Unavailable For Legal Reasons",
	500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
	504: "Gateway Timeout", 505: "HTTP Version Not Supported", 506: "Variant Also Negotiates", 507: "Insufficient Storage",
	508: "Loop Detected", 510: "Not Extended", 511: "Network Authentication Required",
}

// Phrase returns the reason phrase of a status, or that of its class.
func Phrase(status int) string {
	if p, ok := phrases[status]; ok {
		return p
	}
	if status >= 500 {
		return phrases[500]
	}
	return phrases[400]
}

// isPhrase reports whether a text only repeats a status: its reason phrase, alone or
// with the number: Not Found, 404 Not Found, 404: Not Found, Error 404 - Not Found.
func isPhrase(text string, status int) bool {
	phrase := Phrase(status)
	if len(text) < len(phrase) || !strings.EqualFold(text[len(text)-len(phrase):], phrase) {
		return false
	}
	rest := strings.TrimRight(text[:len(text)-len(phrase)], " -:|,.–—")
	if digits, ok := strings.CutSuffix(rest, strconv.Itoa(status)); ok {
		rest = strings.TrimRight(digits, " -:|")
	}
	return rest == "" || strings.EqualFold(rest, "error") || strings.EqualFold(rest, "http") || strings.EqualFold(rest, "http error")
}
