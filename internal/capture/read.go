// Package capture reads captured responses from files: bodies, the output of `curl -i`, HAR files,
// and JSON.
package capture

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/textproto"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// Response is one captured response.
type Response struct {
	Name   string              // where it is from: the file, and its number if there are several
	Status int                 // 0 if unknown
	Header map[string][]string // with canonical names
	Host   string              // of the upstream; "" if unknown
	Body   []byte
	Unused string // why it is of no use for a draft, such as a redirect; "" if it may be

	// The request; empty if unknown.
	Method string
	Accept string
}

// MaxBody bounds the body of a response that is of use for a draft, in bytes.
const MaxBody = 256 << 10

// Read reads the responses of a file: a body whose status may be in the name of the file, the
// output of one or several `curl -i`, a HAR file, JSON Lines, or a JSON array of responses.
func Read(name string, data []byte) ([]Response, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: empty file; expected an error response, for example the output of `curl -i`", name)
	}
	responses, err := readAny(name, data)
	if err == nil && len(responses) == 0 {
		err = errors.New("no response found")
	}
	for i := range responses {
		r := &responses[i]
		if len(r.Body) > MaxBody && r.Unused == "" {
			r.Unused = fmt.Sprintf("a body has %d bytes, more than the limit of %d", len(r.Body), MaxBody)
			if len(responses) == 1 {
				err = errors.New(r.Unused)
			}
		}
		r.dropCoding()
		if r.Name == "" {
			r.Name = name
		}
		r.Status = cmp.Or(r.Status, statusOfName(name))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return responses, nil
}

// dropCoding removes the headers of a body that was compressed when it was sent, and that the
// tool that captured it has decompressed.
func (r *Response) dropCoding() {
	if len(r.Header["Content-Encoding"]) > 0 && isText(r.Body) {
		delete(r.Header, "Content-Encoding")
		delete(r.Header, "Content-Length")
	}
}

// isText reports whether a body is text, which no compressed body is.
func isText(body []byte) bool {
	return utf8.Valid(body) && bytes.IndexFunc(body, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' }) < 0
}

// number names the responses of a file that has several.
func number(name string, responses []Response) []Response {
	for i := range responses {
		if len(responses) > 1 && responses[i].Name == "" {
			responses[i].Name = name + " #" + strconv.Itoa(i+1)
		}
	}
	return responses
}

func readAny(name string, data []byte) ([]Response, error) {
	if IsTranscript(data) {
		return number(name, readTranscript(data)), nil
	}
	text := strings.TrimSpace(string(data))
	v := gjson.Parse(text)
	switch {
	case !gjson.Valid(text):
		if lines, ok := jsonLines(text); ok {
			return number(name, readList(lines)), nil
		}
		if strings.ToLower(path.Ext(name)) == ".har" {
			return nil, errors.New("not a HAR file: not JSON")
		}
		return []Response{{Body: data}}, nil
	case v.Get("log.entries").IsArray():
		return number(name, readHAR(v)), nil
	case v.IsArray() && len(v.Array()) > 0 && !slices.ContainsFunc(v.Array(), func(one gjson.Result) bool { return !isResponse(one) }):
		return number(name, readList(v.Array())), nil
	}
	return readList([]gjson.Result{v}), nil
}

// jsonLines splits a text into JSON values, one on each line.
func jsonLines(text string) (lines []gjson.Result, ok bool) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !gjson.Valid(line) || line[0] != '{' && line[0] != '[' {
			return nil, false
		}
		lines = append(lines, gjson.Parse(line))
	}
	return lines, true
}

// readList reads values that are responses or bodies.
func readList(list []gjson.Result) (responses []Response) {
	for _, v := range list {
		if isResponse(v) {
			responses = append(responses, readResponse(v))
		} else {
			responses = append(responses, Response{Body: []byte(v.Raw)})
		}
	}
	return responses
}

// responseKeys are the members of a response.
var responseKeys = []string{"body", "status", "statuscode", "status_code", "header", "headers", "name", "url", "host", "method", "accept"}

// isResponse reports whether an object is a response, rather than a body with similar
// members: it must have a body, and only members of a response.
func isResponse(v gjson.Result) bool {
	known := v.IsObject() && v.Get("body").Exists()
	v.ForEach(func(key, _ gjson.Result) bool {
		known = known && slices.Contains(responseKeys, strings.ToLower(key.Str))
		return known
	})
	return known
}

func readResponse(v gjson.Result) Response {
	r := Response{
		Name: v.Get("name").Str, Header: map[string][]string{}, Body: []byte(v.Get("body").String()),
		Host: cmp.Or(hostOf(v.Get("url").Str), v.Get("host").Str), Method: v.Get("method").Str, Accept: v.Get("accept").Str,
	}
	if body := v.Get("body"); body.Type != gjson.String {
		r.Body = []byte(body.Raw)
	}
	for _, key := range []string{"status", "statusCode", "status_code"} {
		r.Status = cmp.Or(r.Status, validStatus(v.Get(key)))
	}
	for _, key := range []string{"header", "headers"} {
		readHeaders(r.Header, v.Get(key))
	}
	return r
}

// readHeaders reads headers from an object, or, as in HAR files, from an array of names
// and values.
func readHeaders(into map[string][]string, v gjson.Result) {
	add := func(name, value string) {
		if name == "" || name[0] == ':' { // browsers list the pseudo-headers of HTTP/2
			return
		}
		name = textproto.CanonicalMIMEHeaderKey(name)
		into[name] = append(into[name], value)
	}
	v.ForEach(func(key, value gjson.Result) bool {
		switch {
		case v.IsArray():
			add(value.Get("name").String(), value.Get("value").String())
		case value.IsArray():
			for _, one := range value.Array() {
				add(key.Str, one.String())
			}
		default:
			add(key.Str, value.String())
		}
		return true
	})
}

// hostOf returns the host of a URL without its port, or "".
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// namedStatus finds a status in a file name: 404.json, 404-foo.json, foo-404.xml.
var namedStatus = regexp.MustCompile(`(?:^|[^0-9A-Za-z])([1-5][0-9]{2})(?:[^0-9A-Za-z]|$)`)

func statusOfName(name string) int {
	m := namedStatus.FindStringSubmatch(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

// validStatus returns a status; 0 if it is none.
func validStatus(v gjson.Result) int {
	if n := int(v.Int()); n >= 100 && n <= 599 {
		return n
	}
	return 0
}
