package learn

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/textproto"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// Sample is one captured response.
type Sample struct {
	Name   string              // origin, for comments
	Status int                 // 0 if unknown
	Header map[string][]string // with canonical names
	Host   string              // of the upstream; "" if unknown
	Body   []byte
	Unused string // why it is not used; "" if it may be
}

// Limits of one file.
const (
	maxSamples = 200
	maxBody    = 256 << 10
)

// ReadSamples reads the captured responses of a file: a body whose status may be in the
// name of the file, the output of one or several `curl -i`, a HAR file, JSON Lines, or a JSON
// array of responses.
func ReadSamples(name string, data []byte) ([]Sample, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: empty file; expected an error response, for example the output of `curl -i`", name)
	}
	samples, err := readAny(name, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(samples) == 0 {
		return nil, fmt.Errorf("%s: no response found", name)
	}
	for i := range samples {
		if len(samples[i].Body) > maxBody {
			return nil, fmt.Errorf("%s: a body has %d bytes, more than the limit of %d", name, len(samples[i].Body), maxBody)
		}
		samples[i].Status = cmp.Or(samples[i].Status, statusOfName(name))
	}
	return samples, nil
}

func readAny(name string, data []byte) ([]Sample, error) {
	if isTranscript(data) {
		return readTranscript(name, data), nil
	}
	text := strings.TrimSpace(string(data))
	switch {
	case gjson.Valid(text):
		return readJSON(name, text)
	case text[0] == '{' || text[0] == '[':
		if samples, ok := readLines(name, text); ok {
			return samples, nil
		}
	}
	if strings.ToLower(path.Ext(name)) == ".har" {
		return nil, errors.New("not a HAR file: not JSON")
	}
	return []Sample{{Name: name, Body: data}}, nil
}

// readJSON reads a HAR file, an array of responses, one response, or a body.
func readJSON(name, text string) ([]Sample, error) {
	v := gjson.Parse(text)
	switch {
	case v.Get("log.entries").IsArray():
		return readHAR(name, v), nil
	case v.IsArray() && allResponses(v):
		return readList(name, v.Array()), nil
	case isResponse(v):
		return []Sample{readResponse(name, v)}, nil
	}
	return []Sample{{Name: name, Body: []byte(text)}}, nil
}

// readLines reads one JSON object per line.
func readLines(name, text string) (samples []Sample, ok bool) {
	var lines []gjson.Result
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if !gjson.Valid(line) || line[0] != '{' && line[0] != '[' {
			return nil, false
		}
		lines = append(lines, gjson.Parse(line))
	}
	return readList(name, lines), true
}

func readList(name string, list []gjson.Result) (samples []Sample) {
	for i, v := range list {
		one := name + " #" + strconv.Itoa(i+1)
		if isResponse(v) {
			samples = append(samples, readResponse(one, v))
			continue
		}
		samples = append(samples, Sample{Name: one, Body: []byte(v.Raw)})
	}
	return samples
}

// isResponse reports whether an object is a response, rather than a body with similar
// members: it must have a body, and only members of a response.
func isResponse(v gjson.Result) bool {
	if !v.IsObject() || !v.Get("body").Exists() {
		return false
	}
	known := true
	v.ForEach(func(key, _ gjson.Result) bool {
		switch strings.ToLower(key.Str) {
		case "body", "status", "statuscode", "status_code", "header", "headers", "name", "url", "method":
		default:
			known = false
		}
		return known
	})
	return known
}

// allResponses reports whether an array holds responses. Any other array is one body.
func allResponses(v gjson.Result) bool {
	all, some := true, false
	v.ForEach(func(_, one gjson.Result) bool {
		some = true
		all = isResponse(one)
		return all
	})
	return all && some
}

func readResponse(name string, v gjson.Result) Sample {
	s := Sample{Name: cmp.Or(v.Get("name").Str, name), Header: map[string][]string{}}
	for _, key := range []string{"status", "statusCode", "status_code"} {
		s.Status = cmp.Or(s.Status, validStatus(int(v.Get(key).Int())))
	}
	for _, key := range []string{"header", "headers"} {
		readHeaders(s.Header, v.Get(key))
	}
	body := v.Get("body")
	s.Body = []byte(body.Raw)
	if body.Type == gjson.String {
		s.Body = []byte(body.Str)
	}
	return s
}

// readHeaders reads headers from an object, or, as in HAR files, from an array of names
// and values.
func readHeaders(into map[string][]string, v gjson.Result) {
	add := func(name, value string) {
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

// validStatus returns n if it is a valid status, else 0.
func validStatus(n int) int {
	if n < 100 || n > 599 {
		return 0
	}
	return n
}
