package capture

import (
	"bytes"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// statusLine matches the first line of a response in the output of `curl -i`.
var statusLine = regexp.MustCompile(`^HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n`)

// nextHead matches the head of another response: a status line, and a header or the empty line
// behind it. The body before it may have no line break at its end.
var nextHead = regexp.MustCompile(`(?:^|[\n}\]>"])(HTTP/[0-9](?:\.[0-9])? [1-5][0-9]{2}(?: [^\r\n]*)?\r?\n(?:[A-Za-z0-9-]+:[^\r\n]*)?\r?\n)`)

// IsTranscript reports whether data begins like the output of `curl -i`.
func IsTranscript(data []byte) bool {
	return statusLine.Match(bytes.TrimLeft(data, "\r\n"))
}

// readTranscript reads the output of one or several `curl -i`.
func readTranscript(data []byte) (responses []Response) {
	for {
		data = bytes.TrimLeft(data, "\r\n")
		m := statusLine.FindSubmatch(data)
		if m == nil {
			return responses
		}
		r := Response{}
		r.Status, _ = strconv.Atoi(string(m[1]))
		r.Header, data = cutHeader(data[len(m[0]):])
		r.Body, data = cutBody(data, r.Header)
		switch {
		case r.Status < 200:
			continue // 100 Continue and 103 Early Hints come before the response
		case r.Status < 300 && len(r.Header) == 0 && len(r.Body) == 0:
			continue // a proxy has opened a tunnel
		case r.Status >= 300 && r.Status < 400:
			r.Unused = "a redirect"
		}
		responses = append(responses, r)
	}
}

// cutHeader splits the header, up to the empty line, from the body.
func cutHeader(data []byte) (header map[string][]string, body []byte) {
	header = map[string][]string{}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if name, value, ok := strings.Cut(string(line), ":"); ok {
			name = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name))
			header[name] = append(header[name], strings.TrimSpace(value))
		}
	}
	return header, data
}

// cutBody splits a body from the next response: by its Content-Length, if that ends at one, else
// where another head begins.
func cutBody(data []byte, header map[string][]string) (body, rest []byte) {
	if IsTranscript(data) {
		return nil, data
	}
	if values := header["Content-Length"]; len(values) == 1 {
		n, err := strconv.Atoi(values[0])
		if err == nil && n >= 0 && n <= len(data) && (IsTranscript(data[n:]) || len(bytes.TrimSpace(data[n:])) == 0) {
			return data[:n], data[n:]
		}
	}
	if at := nextHead.FindSubmatchIndex(data); at != nil {
		return data[:at[2]], data[at[2]:]
	}
	return data, nil
}
