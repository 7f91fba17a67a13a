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
		id, _, _ := strings.Cut(miss, " ")
		if reason := knownMisses[id]; reason != "" {
			t.Logf("%s: %s", miss, reason)
		} else {
			t.Errorf("%s: neither read as expected nor in knownMisses", miss)
		}
	}
	for kind, want := range wantScores {
		s := scores[kind]
		percent := 100 * float64(s.right) / float64(s.total)
		if t.Logf("%s: %d of %d properties (%.1f %%)", kind, s.right, s.total, percent); percent < want {
			t.Errorf("%s: %.1f %% of the properties are read as expected, want %g %%", kind, percent, want)
		}
	}
}

// The reasons for misses that several responses have.
const (
	neutral     = "nothing in the body says that it failed, except a number or a letter that the service defines"
	hidden      = "what failed is inside of an answer that says that it succeeded"
	freeText    = "a text or a page with a 2xx: no form says that it is an error"
	outOfMarkup = "the body is not complete markup"
	complaint   = "the dialect has complaints about the body as a whole, or in its message, and tells them as fields"
)

// knownMisses are the captured errors of which some property is not read as expected, and
// why.
var knownMisses = map[string]string{
	"amazon-spapi-429":                "the type in the header is that of AWS's REST JSON, whose body is another",
	"apollo-get":                      "the message ends with a line break, which is removed",
	"bookmyname-200-text":             freeText,
	"catalyst-boom":                   "the page has its apology in many languages in one element",
	"ddnss-html-200":                  freeText,
	"dnsmadeeasy-html-404":            "the page says nothing about the error",
	"encoded-jsonp":                   "a script passes, unless it starts like JSON",
	"encoded-prefixed-200":            "one digit behind a word is no code",
	"euserv-login-200":                neutral,
	"fastapi-badjson":                 complaint,
	"fastify-query":                   complaint,
	"fastify-valid":                   complaint,
	"fedex-success-with-nested-error": hidden,
	"fields-celebrate-body":           "the shape of the dialect has other complaints",
	"fields-saved-false-200":          neutral,
	"fields-symfony-violations":       "a body that a table decides is read by its shape alone",
	"flat-mandate-105-200":            neutral,
	"flat-rail-rmsg-200":              neutral,
	"hdfc-rootless-xml":               outOfMarkup,
	"hono-413":                        "the body has another phrase of the status",
	"html-alert-box-200":              freeText,
	"html-waf-support-id":             "the page has the sentence, the id and a link in one element",
	"huma-415":                        complaint,
	"ip2location-response-string":     neutral,
	"jpl-horizons-text-200":           freeText,
	"languages-es-respuesta-200":      neutral,
	"lists-sender-rejected-200":       neutral,
	"mast-conesearch-param":           "the error is a parameter of an answer in a format of astronomy",
	"melissa-transmissionresults":     neutral,
	"namesilo-code200":                neutral,
	"netregistry-receipt-text":        freeText,
	"o2p-cb":                          "the id on the page is that of the request",
	"pacnet-form-resultok":            hidden,
	"slimdebug-boom":                  "the class of the exception is read as its code",
	"svo-votable-error":               "the name of a parameter is read as the code",
	"text-csv-ish":                    "tables are no candidates",
	"text-smtp-like":                  "a code of three numbers before a sentence",
	"text-wait-text":                  "the time is part of a sentence",
	"twirp-exh":                       "the time in the metadata is read",
	"ukidss-html-sql-error":           freeText,
	"va-eoas-mtom-200":                "several parts in one body",
	"va-mpi-hl7v3-ae":                 neutral,
	"varnish-403":                     "the time in the header is read",
	"varnish-429":                     "the number of the transaction is an id",
	"varnish-503":                     "the number of the transaction is an id",
	"wpcom-errors-by-value":           "the value that is wrong is the name of a member, as the field would be",
	"wrapped-ack-ar-200":              neutral,
	"wrapped-customs-rdesc-200":       neutral,
	"wrapped-delivery-return-200":     neutral,
	"xero-oauth-problem-form":         "the code is words with spaces",
	"xml-epp-2304":                    neutral,
	"xml-ofx":                         outOfMarkup,
	"xml-plist":                       "names and values follow each other, and the media type is no candidate",
	"zoneedit-unclosed-xml":           outOfMarkup,
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
