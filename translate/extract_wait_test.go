package translate_test

import (
	"testing"

	"github.com/koine-proxy/koine/translate"
)

// TestParseWait reads every unit of retry_after.
func TestParseWait(t *testing.T) {
	const date = "Date: Fri, 01 May 2026 07:59:00 GMT" // a minute and half a second before now
	for _, c := range []struct {
		unit, header, value string
		want                int
	}{
		{"", "", `30`, 30},
		{"", "", `"30"`, 30},
		{"", "", `0`, 0},
		{"", "", `1.2`, 2},
		{"", "", `"3.5s"`, 4},
		{"", "", `"2m"`, 120},
		{"", "", `"soon"`, -1},
		{"", "", `-1`, -1},
		{"", "", `true`, -1},
		{"", "", `2592000`, 30 * 24 * 3600},
		{"", "", `2592001`, -1}, // more than thirty days
		{"", "", `1e400`, -1},
		{"", "", `"NaN"`, -1},
		{"seconds", "", `"7"`, 7},
		{"milliseconds", "", `1500`, 2},
		{"milliseconds", "", `"1"`, 1},
		{"milliseconds", "", `"1s"`, 1},
		{"minutes", "", `1.5`, 90},
		{"minutes", "", `"x"`, -1},
		{"duration", "", `"1m30s"`, 90},
		{"duration", "", `"250ms"`, 1},
		{"duration", "", `"-5s"`, -1},
		{"duration", "", `"10000h"`, -1},
		{"date", date, `"2026-05-01T08:00:00Z"`, 60},
		{"date", date, `"2026-05-01T10:00:00+02:00"`, 60},
		{"date", date, `"Fri, 01 May 2026 08:00:00 GMT"`, 60},
		{"date", date, `"2026-05-01T07:00:00Z"`, 0}, // in the past
		{"date", "", `"2026-05-01T08:00:10Z"`, 10},  // by the local clock
		{"date", "", `"tomorrow"`, -1},
		{"date", "", `"2027-05-01T08:00:00Z"`, -1}, // more than thirty days
		{"epoch", date, `1777622400`, 60},
		{"epoch", date, `"1777622400.0"`, 60},
		{"epoch", "", `1777622430`, 30},
		{"epoch", "", `1777622430000`, 30}, // milliseconds
		{"epoch", "", `30`, 30},
		{"epoch_milliseconds", "", `1777622430`, 30},
		{"seconds", "", `1777622430`, 30},
		{"date", "", `1777622430`, 30},
		{"epoch", "", `0`, 0},
		{"epoch", "", `"x"`, -1},
		{"epoch_milliseconds", date, `1777622400000`, 60},
		{"epoch_milliseconds", "", `1777622430500`, 30},
		{"epoch_milliseconds", "", `0`, 0},
		{"auto", "", `30`, 30},
		{"auto", "", `"1m30s"`, 90},
		{"auto", "", `"PT1M30S"`, 90},
		{"auto", date, `"2026-05-01T08:00:00Z"`, 60},
		{"auto", date, `1777622400`, 60},
		{"auto", date, `1777622400000`, 60},
		{"auto", date, `1000000000`, 0}, // in the past
		{"duration", "", `"PT1M30S"`, 90},
	} {
		place := "wait"
		if c.unit != "" {
			place = "{at: wait, unit: " + c.unit + "}"
		}
		e := testDialect(t, "shape: {message: m, retry_after: "+place+"}\ncodes: {}\n")
		r := jsonResponse(429, `{"m":"x","wait":`+c.value+`}`)
		for name, values := range parseHeader(c.header) {
			r.Header[name] = values
		}
		if got := readResponse(t, e, r).RetryAfter; got != c.want {
			t.Errorf("%s in %q with %q is %d, want %d", c.value, c.unit, c.header, got, c.want)
		}
	}

	// A date cannot be read without the current time.
	e := testDialect(t, "shape: {message: m, retry_after: [{at: wait, unit: date}, {at: seconds}]}\ncodes: {}\n")
	r := translate.Response{Status: 429, Body: []byte(`{"m":"x","wait":"2026-05-01T08:00:00Z","seconds":7}`)}
	if got := readResponse(t, e, r).RetryAfter; got != 7 {
		t.Errorf("without a clock the wait is %d, want that of the next place", got)
	}
}
