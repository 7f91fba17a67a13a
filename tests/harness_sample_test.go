package tests

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
)

// sample is a response of a product, with the data to extract from it.
type sample struct {
	ID      string
	Dialect string // of the product; "none" for an invented response
	Request struct {
		Method  string
		Headers map[string]string
	}
	Status   int
	Headers  map[string]string
	Body     string
	Encoding string           `json:"body_encoding"` // of Body: utf8, or base64 with the coding of its bytes
	Expect   map[string]any   // see extraction; absent keys must not be extracted
	Accept   map[string][]any // other accepted values; null accepts no value, "ANY" every value, "OWN" the message of the canonical code
	Kind     string           // of a captured response: service or server
	Leak     []string         // text that must not reach clients with `message safe`

	body []byte
}

// readSamples reads the samples of a file.
func readSamples(t *testing.T, file string) (out []*sample) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		s := new(sample)
		if err := json.Unmarshal(line, s); err != nil {
			t.Fatal(err)
		}
		s.body = []byte(s.Body)
		if strings.HasSuffix(s.Encoding, "base64") {
			if s.body, err = base64.StdEncoding.DecodeString(s.Body); err != nil {
				t.Fatalf("%s: %v", s.ID, err)
			}
		}
		out = append(out, s)
	}
	return out
}

// expectsError reports whether the sample is an error, and whether the opposite is accepted
// too.
func (s *sample) expectsError() (isError, ambiguous bool) {
	isError = s.Expect["is_error"] == true
	return isError, slices.Contains(s.Accept["is_error"], any(!isError))
}

// isDocumented reports whether the sample is a response of a real product.
func (s *sample) isDocumented() bool { return s.Dialect != "none" }

// serveSamples starts an upstream that sends each sample unchanged, at the path of its id.
func serveSamples(t *testing.T, samples []*sample) string {
	t.Helper()
	byID := map[string]*sample{}
	for _, s := range samples {
		if byID[s.ID] != nil {
			t.Fatalf("duplicate sample %s", s.ID)
		}
		byID[s.ID] = s
	}
	return upstream(t, func(w http.ResponseWriter, r *http.Request) {
		s := byID[path.Base(r.URL.Path)]
		if s == nil {
			t.Errorf("no sample %s", r.URL.Path)
			return
		}
		if s.Status == http.StatusSwitchingProtocols {
			s.switchProtocols(t, w)
			return
		}
		header := w.Header()
		header["Date"], header["Content-Type"] = nil, nil // keeps the server from adding them
		if len(s.body) > 0 {
			header.Set("Content-Length", strconv.Itoa(len(s.body)))
		}
		for name, value := range s.Headers {
			header.Set(name, value)
		}
		w.WriteHeader(s.Status)
		_, _ = w.Write(s.body)
	})
}

// switchProtocols answers with 101 and closes the connection.
func (s *sample) switchProtocols(t *testing.T, w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		t.Errorf("%s: %v", s.ID, err)
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\n", s.Status, http.StatusText(s.Status))
	for name, value := range s.Headers {
		fmt.Fprintf(conn, "%s: %s\r\n", name, value)
	}
	_, _ = io.WriteString(conn, "\r\n")
}

// send requests the sample from a site. All sites get the same request. It has an
// Accept-Encoding, so that the proxy adds none.
func (s *sample) send(t *testing.T, p *proxy, site string) *answer {
	t.Helper()
	r := newRequest(t, s.Request.Method, site+"/case/"+s.ID, "")
	for name, value := range s.Request.Headers {
		r.Header.Set(name, value)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	if s.Status == http.StatusSwitchingProtocols {
		for name, value := range s.Headers {
			r.Header.Set(name, value)
		}
	}
	return p.do(t, r)
}

// isTranslated reports whether the answer is a translation.
func (a *answer) isTranslated() bool {
	return strings.Contains(strings.Join(a.header.Values("Proxy-Status"), ", "), "koine; ")
}

// extraction is the data of the upstream's error that an answer contains.
type extraction struct {
	isError       bool
	values        map[string]any // code, message, fields, upstream_request_id, retry_after_s
	match         string
	dialect, code string
	defaultWait   bool // the time may be that of retry_after
}

// extract returns the data of the sample that the answer contains.
func (s *sample) extract(t *testing.T, a *answer, taxonomy map[string]dialect.CodeEntry) (r extraction) {
	t.Helper()
	r.values = map[string]any{}
	if !a.isTranslated() {
		return r
	}
	r.isError = true
	keep := func(key, value string) {
		if value != "" {
			r.values[key] = value
		}
	}
	if s.Request.Method == http.MethodHead { // no body
		keep("code", a.header.Get("Read-Code"))
		return r
	}
	e := a.envelope(t)
	r.match = e.Meta.Match
	if u := e.Meta.Upstream; u != nil {
		r.dialect, r.code = u.Dialect, u.Code
		keep("code", u.Code)
		keep("upstream_request_id", u.RequestID)
	}
	if text := e.Error.Message; text != taxonomy[e.Error.Code].Message {
		keep("message", strings.TrimSpace(text))
	}
	fields := map[string]any{}
	for _, f := range e.Error.Fields {
		text := f.Message
		if text == genericFieldMessage && f.Code != "" {
			text = f.Code
		}
		if before, ok := fields[f.Field]; ok {
			text = before.(string) + "; " + text
		}
		fields[f.Field] = text
	}
	if len(fields) > 0 {
		r.values["fields"] = fields
	}
	if after := e.Error.Retry.After; after != nil {
		r.values["retry_after_s"] = float64(*after)
		r.defaultWait = *after == 60 && e.Error.Retry.Strategy == "wait"
	}
	return r
}

// genericFieldMessage is the message of a field for which the upstream has only a code.
const genericFieldMessage = "This value is not accepted."

// differences describes what was not extracted as expected. If the sample is ambiguous, and was
// not treated as expected, nothing is compared.
func (s *sample) differences(got extraction) (out []string) {
	isError, ambiguous := s.expectsError()
	if got.isError != isError {
		if ambiguous {
			return nil
		}
		return []string{fmt.Sprintf("is_error is %t", got.isError)}
	}
	if !isError {
		return nil
	}
	for _, key := range []string{"code", "message", "fields", "upstream_request_id", "retry_after_s"} {
		value, present := got.values[key]
		if s.accepts(key, value, present) {
			continue
		}
		if key == "retry_after_s" && got.defaultWait && s.accepts(key, nil, false) {
			continue
		}
		if s.Request.Method == http.MethodHead && key != "code" {
			continue
		}
		out = append(out, fmt.Sprintf("%s is %s, want %s", key, asText(value), asText(s.Expect[key])))
	}
	return out
}

// accepts reports whether a value, or its absence, is accepted for a key.
func (s *sample) accepts(key string, got any, present bool) bool {
	want, wanted := s.Expect[key]
	switch {
	case !present && !wanted, present && wanted && sameValue(got, want):
		return true
	}
	for _, alternative := range s.Accept[key] {
		empty := alternative == nil || reflect.DeepEqual(alternative, map[string]any{})
		if alternative == "ANY" || !present && (empty || alternative == "OWN") || present && sameValue(got, alternative) {
			return true
		}
	}
	return false
}

// sameValue reports whether two values are equal. Long codes and ids are truncated in the
// envelope.
func sameValue(got, want any) bool {
	if reflect.DeepEqual(got, want) {
		return true
	}
	a, ok := got.(string)
	b, ok2 := want.(string)
	const bound = 128
	return ok && ok2 && len(b) > bound && len(a) <= bound && len(a) > bound-utf8.UTFMax && strings.HasPrefix(b, a)
}

func asText(v any) string {
	text, _ := json.Marshal(v)
	if len(text) > 300 {
		return string(text[:300]) + "…"
	}
	return string(text)
}
