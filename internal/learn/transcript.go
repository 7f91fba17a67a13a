package learn

import (
	"bytes"
	"errors"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// statusLine is the first line of a response as `curl -i` prints it.
var statusLine = regexp.MustCompile(`^HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: [^\r\n]*)?\r?\n`)

func isTranscript(data []byte) bool {
	return statusLine.Match(bytes.TrimLeft(data, "\r\n"))
}

// readTranscript reads what `curl -i` printed. What comes before the last
// response (100 Continue, redirects, the answer of a proxy to CONNECT) has no
// body that ends somewhere: it is skipped as long as another status line follows
// its headers.
func readTranscript(name string, data []byte) ([]Sample, error) {
	for {
		data = bytes.TrimLeft(data, "\r\n")
		m := statusLine.FindSubmatch(data)
		if m == nil {
			return nil, errors.New("a status line such as `HTTP/1.1 404 Not Found` is missing")
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

// nextResponse returns where another response begins, if one does.
func nextResponse(body []byte, header map[string][]string, status int) []byte {
	if isTranscript(body) {
		return body
	}
	if status >= 400 || status >= 200 && status < 300 && len(header["Location"]) == 0 {
		return nil
	}
	for i := 0; i < len(body); { // the body of a redirect, then another status line
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

// cutHeader reads the headers up to the blank line.
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
