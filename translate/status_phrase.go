package translate

import (
	"strings"
)

// phrases are the reason phrases of RFC 9110 section 15 and the RFCs that add
// to it (423, 424: RFC 4918; 425: RFC 8470; 428, 429, 431, 511: RFC 6585; 451:
// RFC 7725; 507: RFC 4918; 508: RFC 5842), then those of statuses that are not
// registered, as their vendors write them: 419 Laravel; 420 Twitter; 430 Shopify;
// 440, 449, 450 Microsoft; 444, 494 to 497, 499 nginx; 498 Esri; 509 cPanel; 520
// to 527 Cloudflare; 529 Qualys; 598, 599 informal. Where a vendor has none (460,
// 463, 464, 530, 561: AWS, Cloudflare), the phrase is short for its description.
// They are here because the engine does not import net/http.
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

	419: "Page Expired", 420: "Enhance Your Calm", 430: "Security Rejection", 440: "Login Time-out", 444: "No Response",
	449: "Retry With", 450: "Blocked by Windows Parental Controls", 460: "Client Closed Connection",
	463: "Too Many Forwarded Addresses", 464: "Incompatible Protocol Version", 494: "Request Header Too Large",
	495: "SSL Certificate Error", 496: "SSL Certificate Required", 497: "HTTP Request Sent to HTTPS Port",
	498: "Invalid Token", 499: "Client Closed Request",
	509: "Bandwidth Limit Exceeded", 520: "Web Server Returned an Unknown Error", 521: "Web Server Is Down",
	522: "Connection Timed Out", 523: "Origin Is Unreachable", 524: "A Timeout Occurred", 525: "SSL Handshake Failed",
	526: "Invalid SSL Certificate", 527: "Railgun Error", 529: "Site Is Overloaded", 530: "Origin Unavailable",
	561: "Identity Provider Error", 598: "Network Read Timeout Error", 599: "Network Connect Timeout Error",
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
	if n := len(rest) - 3; n >= 0 && isStatusText(rest[n:], status) {
		rest = strings.TrimRight(rest[:n], " -:|")
	}
	return rest == "" || strings.EqualFold(rest, "error") || strings.EqualFold(rest, "http") || strings.EqualFold(rest, "http error")
}
