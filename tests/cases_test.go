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
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings/builtin"
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

// The sites of TestCases.
const (
	siteAll   = "all.test"   // every dialect, `expose upstream`
	siteBare  = "bare.test"  // the bare directive
	siteSafe  = "safe.test"  // every dialect, with the default messages
	sitePlain = "plain.test" // without the directive
)

const caseSites = `
http://all.test:{$PORT} {
	header >Read-Code {http.translate_errors.upstream_code}
	translate_errors {
		dialect all
		envelope canonical
		expose upstream
		message upstream
		max_body 2MiB
	}
	reverse_proxy BACKEND
}
http://bare.test:{$PORT} {
	translate_errors
	reverse_proxy BACKEND
}
http://safe.test:{$PORT} {
	translate_errors {
		dialect all
		max_body 2MiB
	}
	reverse_proxy BACKEND
}
http://plain.test:{$PORT} {
	reverse_proxy BACKEND
}
`

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

// knownMisses are the errors of documented dialects that are not read as expected, by id,
// with the reason.
var knownMisses = map[string]string{}

// readOddities is the minimum of invented samples that are read as expected. Most of the
// others have an id that their dialect does not have, or media types that pass.
const readOddities = 123

// TestCases sends responses of many products through the proxy: errors are read as
// expected, all others pass unchanged.
func TestCases(t *testing.T) {
	t.Parallel()
	samples := readSamples(t)
	p := serve(t, "", strings.ReplaceAll(caseSites, "BACKEND", serveSamples(t, samples)))
	taxonomy, known := readTaxonomy(t), readDialects(t)
	var tally tally
	t.Run("samples", func(t *testing.T) {
		for _, s := range samples {
			t.Run(s.ID, func(t *testing.T) {
				t.Parallel()
				plain := s.ask(t, p, sitePlain)
				all := s.ask(t, p, siteAll)
				s.checkWhole(t, all, plain)
				s.checkWhole(t, s.ask(t, p, siteBare), plain)
				got := s.read(t, all, taxonomy)
				tally.add(s, got, s.differences(got))
				if got.match != "" && got.match != "table" && known.hasRow(got.dialect, got.code, s.Status) {
					t.Errorf("%s has a row for %s, but match is %s", got.dialect, got.code, got.match)
				}
				s.checkLeaks(t, p, known[got.dialect])
			})
		}
	})
	tally.check(t, len(samples))
}

// checkWhole checks that the answer is either a complete translation or the unchanged
// response, and that responses that are not errors pass.
func (s *sample) checkWhole(t *testing.T, a, plain *answer) {
	t.Helper()
	is, either := s.isError()
	switch {
	case !a.translated():
		a.untouched(t, plain)
	case !is && !either:
		t.Errorf("a response that is not an error was translated: %s", tail(string(a.body)))
	case s.Request.Method != http.MethodHead:
		a.envelope(t)
	case len(a.body) > 0:
		t.Errorf("the answer to HEAD has a body: %s", tail(string(a.body)))
	}
}

// untouched checks that the answer is that of a proxy without the directive, apart from
// what the directive adds to every response.
func (a *answer) untouched(t *testing.T, plain *answer) {
	t.Helper()
	if a.status != plain.status {
		t.Errorf("status is %d, want %d", a.status, plain.status)
	}
	if !bytes.Equal(a.body, plain.body) {
		t.Errorf("the body has %d bytes, want %d as sent", len(a.body), len(plain.body))
	}
	got, want := a.header.Clone(), plain.header.Clone()
	for _, name := range []string{"Connection", "Keep-Alive", "Date", "Via", "X-Request-Id", "Access-Control-Expose-Headers", "Read-Code"} {
		got.Del(name)
		want.Del(name)
	}
	for name := range got {
		if _, sent := want[name]; !sent && strings.Contains(name, "Ratelimit") {
			got.Del(name) // limits get additional headers
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the headers are %v, want %v", got, want)
	}
	if len(a.trailer) != len(plain.trailer) {
		t.Errorf("the trailers are %v, want %v", a.trailer, plain.trailer)
	}
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

// checkLeaks checks that sites with `message safe` leak nothing of the sample. Only
// responses that are not errors for a site pass.
func (s *sample) checkLeaks(t *testing.T, p *proxy, d *dialect.File) {
	t.Helper()
	if len(s.Leak) == 0 {
		return
	}
	for _, site := range []string{siteBare, siteSafe} {
		a := s.ask(t, p, site)
		if !a.translated() {
			passesThrough := site == siteBare && (s.Status < 400 || d != nil && d.Auto == dialect.AutoPass)
			if is, either := s.isError(); is && !either && !passesThrough {
				t.Errorf("%s passed what must not reach clients", site)
			}
			continue
		}
		var shown bytes.Buffer
		_ = a.header.Write(&shown)
		shown.Write(a.body)
		for _, text := range s.Leak {
			quoted := asText(text)
			if strings.Contains(shown.String(), text) || strings.Contains(shown.String(), quoted[1:len(quoted)-1]) {
				t.Errorf("%s leaks %q: %s", site, text, tail(shown.String()))
			}
		}
	}
}

// dialects are the built-in dialects by name.
type dialects map[string]*dialect.File

func readDialects(t *testing.T) dialects {
	t.Helper()
	library := builtin.Library()
	out := dialects{}
	for _, d := range library.Dialects {
		out[d.Name] = d
	}
	return out
}

// hasRow reports whether the dialect has a row for the code.
func (d dialects) hasRow(name, native string, status int) bool {
	if d[name] == nil || native == "" {
		return false
	}
	number, err := strconv.ParseInt(native, 10, 64)
	return slices.ContainsFunc(d[name].Codes, func(row dialect.Row) bool {
		if row.Native == native || row.Native == native+"@"+strconv.Itoa(status) {
			return true
		}
		if prefix, ok := strings.CutSuffix(row.Native, "*"); ok && prefix != "" {
			return strings.HasPrefix(native, prefix)
		}
		low, high, ok := strings.Cut(row.Native, "..")
		from, notLow := strconv.ParseInt(low, 10, 64)
		to, notHigh := strconv.ParseInt(high, 10, 64)
		return ok && err == nil && notLow == nil && notHigh == nil && from <= number && number <= to
	})
}

// tally counts samples that are read as expected.
type tally struct {
	sync.Mutex
	all               int
	errors, read      int // of documented dialects
	oddities, oddRead int
	missed, recovered []string
	odd               []string
}

func (c *tally) add(s *sample, got reading, differences []string) {
	c.Lock()
	defer c.Unlock()
	what := fmt.Sprintf("%s (%q by %s): %s", s.ID, got.dialect, got.match, strings.Join(differences, "; "))
	fine := len(differences) == 0
	c.all++
	if !s.documented() {
		c.oddities++
		if fine {
			c.oddRead++
		} else {
			c.odd = append(c.odd, what)
		}
		return
	}
	if is, _ := s.isError(); !is {
		return
	}
	c.errors++
	_, known := knownMisses[s.ID]
	switch {
	case fine && known:
		c.recovered = append(c.recovered, s.ID)
		fallthrough
	case fine:
		c.read++
	case !known:
		c.missed = append(c.missed, what)
	}
}

func (c *tally) check(t *testing.T, samples int) {
	t.Helper()
	slices.Sort(c.missed)
	slices.Sort(c.odd)
	t.Logf("%d of %d errors of documented dialects and %d of %d oddities were read as expected", c.read, c.errors, c.oddRead, c.oddities)
	for _, what := range c.odd {
		t.Logf("invented: %s", what)
	}
	for _, what := range c.missed {
		t.Errorf("not read as expected: %s", what)
	}
	for _, id := range c.recovered {
		t.Errorf("%s is read as expected; remove it from knownMisses", id)
	}
	if c.all < samples {
		return // with -run only some samples ran
	}
	const least = 97 // percent
	if c.errors == 0 || c.read*100 < least*c.errors {
		t.Errorf("fewer than %d %% of the errors were read as expected", least)
	}
	if c.oddRead < readOddities {
		t.Errorf("%d oddities were read as expected, want %d", c.oddRead, readOddities)
	}
}
