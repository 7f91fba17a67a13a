package tests

import (
	"slices"
	"strings"
	"sync"
	"testing"
)

// properties are what an error consists of.
var properties = []string{"code", "message", "fields", "upstream_request_id", "retry_after_s"}

// score counts the properties of captured errors that are read as expected.
type score struct{ right, total int }

// wantScores are the minimum shares, in percent, of properties that are read as
// expected: of services on the internet, of servers and frameworks, and of bodies that were
// written to test the general rules.
var wantScores = map[string]float64{"service 4xx 5xx": 97, "server 4xx 5xx": 96.5, "undescribed 4xx 5xx": 97, "service 2xx": 80, "server 2xx": 97, "undescribed 2xx": 70}

// siteGuess is a site that also looks for errors on 2xx by general rules.
const siteGuess = "guess.test"

const capturedSites = sampleSites + `
http://guess.test:{$PORT} {
	header >Read-Code {http.translate_errors.upstream_code}
	translate_errors {
		dialect all
		success_errors guess
		envelope canonical
		expose upstream
		message upstream
		max_body 2MiB
	}
	reverse_proxy BACKEND
}
`

// TestCaptured sends responses of systems that no mapping file was written for, as
// far as possible, and compares what is read from their errors. Successes must pass
// through unchanged.
func TestCaptured(t *testing.T) {
	t.Parallel()
	samples := append(readSamples(t, "testdata/captured.jsonl"), readSamples(t, "testdata/undescribed.jsonl")...)
	p := serve(t, "", strings.ReplaceAll(capturedSites, "BACKEND", serveSamples(t, samples)))
	taxonomy := readTaxonomy(t)
	var mu sync.Mutex
	scores, misses := map[string]*score{}, []string{}
	for kind := range wantScores {
		scores[kind] = &score{}
	}
	t.Run("responses", func(t *testing.T) {
		for _, s := range samples {
			t.Run(s.ID, func(t *testing.T) {
				t.Parallel()
				plain, all := s.send(t, p, sitePlain), s.send(t, p, siteAll)
				s.checkResponse(t, all, plain)
				s.checkResponse(t, s.send(t, p, siteDefault), plain)
				statuses := "4xx 5xx"
				if s.Status < 300 {
					all, statuses = s.send(t, p, siteGuess), "2xx"
					s.checkResponse(t, all, plain)
				}
				if isError, _ := s.expectsError(); !isError {
					return
				}
				got := s.extract(t, all, taxonomy)
				differences := s.differences(got)
				mu.Lock()
				defer mu.Unlock()
				scores[s.Kind+" "+statuses].add(s, got)
				if len(differences) > 0 {
					misses = append(misses, s.ID+" ("+got.dialect+" by "+got.match+"): "+strings.Join(differences, "; "))
				}
			})
		}
	})
	slices.Sort(misses)
	for _, miss := range misses {
		t.Log(miss)
	}
	for kind, want := range wantScores {
		s := scores[kind]
		percent := 100 * float64(s.right) / float64(s.total)
		if t.Logf("%s: %d of %d properties (%.1f %%)", kind, s.right, s.total, percent); percent < want {
			t.Errorf("%s: %.1f %% of the properties are read as expected, want %g %%", kind, percent, want)
		}
	}
}

// add counts the properties that are expected, and those that were read but should
// not have been.
func (c *score) add(s *sample, got extraction) {
	for _, key := range properties {
		value, present := got.values[key]
		if _, wanted := s.Expect[key]; !wanted && !present {
			continue
		}
		c.total++
		if s.accepts(key, value, present) || key == "retry_after_s" && got.defaultWait && s.accepts(key, nil, false) {
			c.right++
		}
	}
}
