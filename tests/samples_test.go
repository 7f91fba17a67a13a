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

// sample is a response of a product, with what is to be read from it.
type sample struct {
	ID      string
	Dialect string // of the product; none for an invented response
	Request struct {
		Method  string
		Headers map[string]string
	}
	Status   int
	Headers  map[string]string
	Body     string
	Encoding string           `json:"body_encoding"` // of Body: utf8, or base64 with the coding of its bytes
	Expect   map[string]any   // see reading; missing keys must not be read
	Accept   map[string][]any // further accepted values; null accepts none, "ANY" all
	Leak     []string         // what must not reach clients with `message safe`

	body []byte
}

// readSamples reads all samples.
func readSamples(t *testing.T) (out []*sample) {
	t.Helper()
	data, err := os.ReadFile("testdata/cases.jsonl")
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

// isError reports whether the sample is an error, and whether both readings are right.
func (s *sample) isError() (is, either bool) {
	is = s.Expect["is_error"] == true
	return is, slices.Contains(s.Accept["is_error"], any(!is))
}

// documented reports whether the sample is of a real product.
func (s *sample) documented() bool { return s.Dialect != "none" }

// serveSamples starts an upstream that sends each sample at its id, unchanged.
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

// switchProtocols answers with 101, which ends the exchange.
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

// ask requests the sample from a site. All sites get the same request, with a list of
// codings, so that the proxy adds none.
func (s *sample) ask(t *testing.T, p *proxy, site string) *answer {
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

// translated reports whether the answer is a translation.
func (a *answer) translated() bool {
	return strings.Contains(strings.Join(a.header.Values("Proxy-Status"), ", "), "koine; ")
}

// reading is what a translation says about the upstream.
type reading struct {
	is             bool           // an error
	values         map[string]any // code, message, fields, upstream_request_id, retry_after_s
	match          string
	dialect, code  string
	fallbackAdvice bool // the wait may be the default
}

// read returns what the answer shows of the sample.
func (s *sample) read(t *testing.T, a *answer, taxonomy map[string]dialect.CodeEntry) (r reading) {
	t.Helper()
	r.values = map[string]any{}
	if !a.translated() {
		return r
	}
	r.is = true
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
	if words := e.Error.Message; words != taxonomy[e.Error.Code].Message {
		keep("message", strings.TrimSpace(words))
	}
	fields := map[string]any{}
	for _, f := range e.Error.Fields {
		words := f.Message
		if words == ownFieldMessage && f.Code != "" {
			words = f.Code
		}
		if before, ok := fields[f.Field]; ok {
			words = before.(string) + "; " + words
		}
		fields[f.Field] = words
	}
	if len(fields) > 0 {
		r.values["fields"] = fields
	}
	if after := e.Error.Retry.After; after != nil {
		r.values["retry_after_s"] = float64(*after)
		r.fallbackAdvice = *after == 60 && e.Error.Retry.Strategy == "wait"
	}
	return r
}

// ownFieldMessage is the message of a field for which the upstream has only a code.
const ownFieldMessage = "This value is not accepted."

// differences returns what was not read as expected. If both readings are right, that of an
// error is not compared.
func (s *sample) differences(got reading) (out []string) {
	is, either := s.isError()
	if got.is != is {
		if either {
			return nil
		}
		return []string{fmt.Sprintf("is_error is %t", got.is)}
	}
	if !is {
		return nil
	}
	for _, key := range []string{"code", "message", "fields", "upstream_request_id", "retry_after_s"} {
		value, has := got.values[key]
		if s.accepts(key, value, has) {
			continue
		}
		if key == "retry_after_s" && got.fallbackAdvice && s.accepts(key, nil, false) {
			continue
		}
		if s.Request.Method == http.MethodHead && key != "code" {
			continue
		}
		out = append(out, fmt.Sprintf("%s is %s, want %s", key, asText(value), asText(s.Expect[key])))
	}
	return out
}

// accepts reports whether a value, or its absence, is expected.
func (s *sample) accepts(key string, got any, has bool) bool {
	want, wanted := s.Expect[key]
	switch {
	case !has && !wanted, has && wanted && sameValue(got, want):
		return true
	}
	for _, alternative := range s.Accept[key] {
		empty := alternative == nil || reflect.DeepEqual(alternative, map[string]any{})
		if alternative == "ANY" || !has && empty || has && sameValue(got, alternative) {
			return true
		}
	}
	return false
}

// sameValue compares values. The envelope cuts long codes and ids.
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
