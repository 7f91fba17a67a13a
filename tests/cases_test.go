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
