package learn

import (
	"bytes"
	"errors"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// statusLine matches the first line of a response in the output of `curl -i`.
var statusLine = regexp.MustCompile(`^HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n`)

func isTranscript(data []byte) bool {
	return statusLine.Match(bytes.TrimLeft(data, "\r\n"))
}

// readTranscript reads the output of `curl -i`. Responses before the last one (100
// Continue, redirects, CONNECT) are skipped: another status line follows them.
func readTranscript(name string, data []byte) ([]Sample, error) {
	for {
		data = bytes.TrimLeft(data, "\r\n")
		m := statusLine.FindSubmatch(data)
		if m == nil {
			return nil, errors.New("no status line, such as `HTTP/1.1 404 Not Found`")
		}
		status, _ := strconv.Atoi(string(m[1]))
		header, body := cutHeader(data[len(m[0]):])
		if next := nextResponse(body, header, status); next != nil {
			data = next
			continue
		}
		return []Sample{{Name: name, Status: status, Header: header, Body: body}}, nil
	}
}

// nextResponse returns the start of another response, if there is one.
func nextResponse(body []byte, header map[string][]string, status int) []byte {
	if isTranscript(body) {
		return body
	}
	if status >= 400 || status >= 200 && status < 300 && len(header["Location"]) == 0 {
		return nil
	}
	for i := 0; i < len(body); { // a redirect with a body, then another status line
		end := bytes.IndexByte(body[i:], '\n')
		if end < 0 {
			return nil
		}
		if i += end + 1; statusLine.Match(body[i:]) {
			return body[i:]
		}
	}
	return nil
}

// cutHeader splits the header, up to the blank line, from the body.
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
