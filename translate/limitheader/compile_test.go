package limitheader_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// millisecondsDialect has headers that look like those of other dialects.
const millisecondsDialect = `dialect: tiendanube
about: X-Rate-Limit-Reset in milliseconds
shape: {code: code}
codes: {x: ORDER.NOT_FOUND}
limits:
  - {name: shop, limit: X-Rate-Limit-Limit, remaining: X-Rate-Limit-Remaining, reset: X-Rate-Limit-Reset, unit: milliseconds}
`

// millisecondsWaits is a file of limits for the same headers.
const millisecondsWaits = `limits: []
waits:
  - {header: X-Rate-Limit-Reset, unit: milliseconds, unless: X-Rate-Limit-Remaining}
`

// TestReadDialects checks that the headers of a dialect take precedence.
func TestReadDialects(t *testing.T) {
	f := parseDialect(t, millisecondsDialect)
	h := parseHeader("X-Rate-Limit-Limit: 40\nX-Rate-Limit-Remaining: 0\nX-Rate-Limit-Reset: 1500")
	general := builtInTable(t, f)
	waits, err := yamlfile.ReadLimits("l.yaml", []byte(millisecondsWaits))
	if err != nil {
		t.Fatal(err)
	}
	alone, err := compile(waits, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []*limitheader.Table{general, alone} {
		if got := format(e.Read(h, testNow, nil)); got != "shop 40/0 t=1.5" {
			t.Errorf("the limits are %q", got)
		}
	}
	if n := alone.Wait(h, testNow); n != 2 {
		t.Errorf("the wait is %d seconds", n)
	}
	none := new(limitheader.Table)
	if got := none.Read(h, testNow, nil); got != nil {
		t.Errorf("without a table: got %q", format(got))
	}
}

// TestCompileFaults checks that the mistakes in a table are reported with their positions.
func TestCompileFaults(t *testing.T) {
	const text = `limits:
  - {limit: X-Quota, remaining: "X Limit Left"}
  - {used: X-Limit-Used, reset: X-Limit-Reset}
  - {limit: X-Limit, reset: X-Limit-Reset, unit: weeks}
  - {limit: X-Limit, window: X-Limit-Window, unit: years}
  - {limit: X-Limit, window: 1 month, unit: seconds}
  - {limit: X-Limit, remaining: x-limit}
  - {limit: X-*-Limit-*, remaining: X-Limit*}
  - {name: all, limit: X-*-Limit}
  - {name: "*", limit: X-Limit}
  - {name: "a b", limit: X-Limit}
  - {limit: X-*-Limit, remaining: X-Limit-Remaining}
  - {pairs: X-Limits}
  - {limit: X-Limit, members: {limit: l}}
  - {pairs: X-Limits, members: {limit: "a=b", reset: r}, unit: second}
  - {pairs: X-Limits, members: {used: u}}
  - {ietf: RateLimit, policy: RateLimit-Policy, reset: RateLimit-Reset}
  - {policy: RateLimit-Policy}
  - {name: "", limit: X-Limit, unit: ""}
waits:
  - {header: "X Wait", unit: hours, unless: "a b"}
`
	f, err := yamlfile.ReadLimits("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, err = compile(f)
	wantFaults(t, err, []string{
		`l.yaml:2:13: header name "X-Quota" must contain the word limit; other headers are not read`,
		`l.yaml:2:33: header name "X Limit Left" must be letters, digits and hyphens, for example X-RateLimit-Limit, with at most one * between hyphens or at an end`,
		"l.yaml:3:5: an entry of limits needs `limit` or `remaining`, or a header with both: `pair`, `pairs` or `ietf`",
		`l.yaml:4:50: unit "weeks" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		`l.yaml:5:52: unit "years" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		`l.yaml:6:30: window "1 month" must be whole seconds, minutes or hours, at most 366 days, for example 1s, 10m or 24h, or the name of a header`,
		"l.yaml:6:45: unit has no effect without `reset` or a header in `window`",
		`l.yaml:7:33: header "x-limit" has two roles in one entry; remove one of them`,
		`l.yaml:8:13: header name "X-*-Limit-*" must be letters, digits and hyphens, for example X-RateLimit-Limit, with at most one * between hyphens or at an end`,
		`l.yaml:8:37: header name "X-Limit*" must be letters, digits and hyphens, for example X-RateLimit-Limit, with at most one * between hyphens or at an end`,
		`l.yaml:9:12: name "all" must have a * if and only if the headers have one`,
		`l.yaml:10:12: name "*" must have a * if and only if the headers have one`,
		`l.yaml:11:12: name "a b" must be at most 64 letters, digits, hyphens, dots and underscores, for example per-minute`,
		`l.yaml:12:5: a * must be in every header of an entry or in none; it must match the same text in all of them`,
		"l.yaml:13:5: pairs needs `members`, for example members: {limit: total, remaining: remaining}",
		"l.yaml:14:39: members is only for `pairs`, which is missing",
		"l.yaml:15:40: key \"a=b\" must be the text before the `=` in the header, for example remaining",
		`l.yaml:15:64: unit "second" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		"l.yaml:16:5: an entry of limits needs `limit` or `remaining`, or a header with both: `pair`, `pairs` or `ietf`",
		`l.yaml:17:56: reset cannot be combined with ietf; only policy can`,
		"l.yaml:18:5: an entry of limits needs `limit` or `remaining`, or a header with both: `pair`, `pairs` or `ietf`",
		`l.yaml:19:12: name "" must be at most 64 letters, digits, hyphens, dots and underscores, for example per-minute`,
		`l.yaml:19:38: unit "" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		`l.yaml:21:14: header name "X Wait" must be letters, digits and hyphens, for example X-Retry-In`,
		`l.yaml:21:30: unit "hours" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`,
		`l.yaml:21:45: header name "a b" must be letters, digits and hyphens, for example X-Retry-In`,
	})

	// The same in a mapping file, under its name.
	d := parseDialect(t, strings.Replace(millisecondsDialect, "unit: milliseconds}", "unit: millis}", 1))
	_, err = compile(nil, d)
	wantFaults(t, err, []string{`d.yaml:6:113: unit "millis" must be one of auto, seconds, milliseconds, minutes, duration, date, epoch, epoch_milliseconds`})
}
