package tests

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings/builtin"
)

// The sites of TestSamples.
const (
	siteAll     = "all.test"     // every dialect, `expose upstream`
	siteDefault = "default.test" // the directive without a block
	siteSafe    = "safe.test"    // every dialect, with the default messages
	sitePlain   = "plain.test"   // without the directive
)

const sampleSites = `
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
http://default.test:{$PORT} {
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

// knownFailures are the samples of real products whose errors are not extracted as expected:
// reasons by id.
var knownFailures = map[string]string{}

// minInventedRead is the minimum number of invented samples that are extracted as expected.
// Most of the others have an id that their dialect does not have, or a media type that passes
// through.
const minInventedRead = 123

// TestSamples sends responses of many products through the proxy: errors are
// extracted as expected, and all other responses pass through unchanged.
func TestSamples(t *testing.T) {
	t.Parallel()
	samples := readSamples(t, "testdata/samples.jsonl")
	p := serve(t, "", strings.ReplaceAll(sampleSites, "BACKEND", serveSamples(t, samples)))
	taxonomy, known := readTaxonomy(t), readDialects(t)
	var counter sampleCounter
	t.Run("samples", func(t *testing.T) {
		for _, s := range samples {
			t.Run(s.ID, func(t *testing.T) {
				t.Parallel()
				plain := s.send(t, p, sitePlain)
				all := s.send(t, p, siteAll)
				s.checkResponse(t, all, plain)
				s.checkResponse(t, s.send(t, p, siteDefault), plain)
				got := s.extract(t, all, taxonomy)
				counter.add(s, got, s.differences(got))
				if got.match != "" && got.match != "table" && known.hasRow(got.dialect, got.code, s.Status) {
					t.Errorf("%s has a row for %s, but match is %s", got.dialect, got.code, got.match)
				}
				s.checkLeaks(t, p, known[got.dialect])
			})
		}
	})
	counter.check(t, len(samples))
}

// checkResponse checks that the answer is either a complete translation or the unchanged
// response, and that responses that are not errors pass through.
func (s *sample) checkResponse(t *testing.T, a, plain *answer) {
	t.Helper()
	isError, ambiguous := s.expectsError()
	switch {
	case !a.isTranslated():
		a.checkUnchanged(t, plain)
	case !isError && !ambiguous:
		t.Errorf("a response that is not an error was translated: %s", tail(string(a.body)))
	case s.Request.Method != http.MethodHead:
		a.envelope(t)
	case len(a.body) > 0:
		t.Errorf("the answer to HEAD has a body: %s", tail(string(a.body)))
	}
}

// checkUnchanged checks that the answer is that of a proxy without the directive, apart from
// what the directive adds to every response.
func (a *answer) checkUnchanged(t *testing.T, plain *answer) {
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

// checkLeaks checks that sites with `message safe` send no internal text of the sample. Such
// text may only be in responses that are not errors for the site.
func (s *sample) checkLeaks(t *testing.T, p *proxy, d *dialect.File) {
	t.Helper()
	if len(s.Leak) == 0 {
		return
	}
	for _, site := range []string{siteDefault, siteSafe} {
		a := s.send(t, p, site)
		if !a.isTranslated() {
			passesThrough := site == siteDefault && (s.Status < 400 || d != nil && d.Auto == dialect.AutoPass)
			if isError, ambiguous := s.expectsError(); isError && !ambiguous && !passesThrough {
				t.Errorf("%s passed text through that must not reach clients", site)
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

// sampleCounter counts samples that are extracted as expected.
type sampleCounter struct {
	sync.Mutex
	all                    int
	errors, read           int // of real products
	invented, inventedRead int
	missed, recovered      []string
	inventedMissed         []string
}

func (c *sampleCounter) add(s *sample, got extraction, differences []string) {
	c.Lock()
	defer c.Unlock()
	what := fmt.Sprintf("%s (%q by %s): %s", s.ID, got.dialect, got.match, strings.Join(differences, "; "))
	ok := len(differences) == 0
	c.all++
	if !s.isDocumented() {
		c.invented++
		if ok {
			c.inventedRead++
		} else {
			c.inventedMissed = append(c.inventedMissed, what)
		}
		return
	}
	if isError, _ := s.expectsError(); !isError {
		return
	}
	c.errors++
	_, known := knownFailures[s.ID]
	switch {
	case ok && known:
		c.recovered = append(c.recovered, s.ID)
		fallthrough
	case ok:
		c.read++
	case !known:
		c.missed = append(c.missed, what)
	}
}

func (c *sampleCounter) check(t *testing.T, samples int) {
	t.Helper()
	slices.Sort(c.missed)
	slices.Sort(c.inventedMissed)
	t.Logf("%d of %d errors of real products and %d of %d invented samples were extracted as expected", c.read, c.errors, c.inventedRead, c.invented)
	for _, what := range c.inventedMissed {
		t.Logf("invented sample: %s", what)
	}
	for _, what := range c.missed {
		t.Errorf("not extracted as expected: %s", what)
	}
	for _, id := range c.recovered {
		t.Errorf("%s is extracted as expected; remove it from knownFailures", id)
	}
	if c.all < samples {
		return // -run selected some samples
	}
	const minimum = 97 // percent
	if c.errors == 0 || c.read*100 < minimum*c.errors {
		t.Errorf("fewer than %d %% of the errors were extracted as expected", minimum)
	}
	if c.inventedRead < minInventedRead {
		t.Errorf("%d invented samples were extracted as expected, want %d", c.inventedRead, minInventedRead)
	}
}
