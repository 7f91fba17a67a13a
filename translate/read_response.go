package translate

import (
	"mime"
	"strings"
	"time"
)

// Response is a response of an upstream.
type Response struct {
	Status int
	Header map[string][]string // with canonical names, as in net/http
	Host   string              // of the upstream, in lower case and without a port; "" if unknown
	Body   []byte              // decompressed
	Now    time.Time           // the reference of dates in it if it has no Date of its own
}

// MediaType returns the media type of a Content-Type, in lower case and without
// parameters.
func MediaType(contentType string) string {
	name, _, _ := strings.Cut(contentType, ";")
	name = strings.TrimSpace(name)
	for i := range len(name) {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return strings.ToLower(name)
		}
	}
	return name
}

// headerMediaType returns the media type of a response.
func headerMediaType(header map[string][]string) string {
	if values := header["Content-Type"]; len(values) > 0 {
		return MediaType(values[0])
	}
	return ""
}

// headerCharset returns the charset that a response declares; "" for none and for
// UTF-8.
func headerCharset(header map[string][]string) string {
	values := header["Content-Type"]
	if len(values) == 0 || !strings.Contains(values[0], "=") {
		return ""
	}
	_, parameters, err := mime.ParseMediaType(values[0])
	if err != nil || strings.EqualFold(parameters["charset"], "utf-8") {
		return ""
	}
	return parameters["charset"]
}
