package dialect_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestParseRowKey(t *testing.T) {
	for native, want := range map[string]dialect.RowKey{
		"not_found":     {Code: "not_found"},
		"not_found@404": {Code: "not_found", Status: 404},
		"card/expired":  {Code: "card/expired"},
		"card/x@402":    {Code: "card/x", Status: 402},
		"card_*":        {Code: "card_", Prefix: true},
		"*":             {Code: "*"},
		"*card":         {Code: "*card"},
		"2000..2999":    {Range: true, From: 2000, To: 2999},
		"-9..-1":        {Range: true, From: -9, To: -1},
		"9..1":          {Code: "9..1"},
		"@503":          {Status: 503},
		"@42":           {Code: "@42"},
		"a@b":           {Code: "a@b"},
		"a@099":         {Code: "a@099"},
	} {
		if got := dialect.ParseRowKey(native); got != want {
			t.Errorf("ParseRowKey(%q) = %+v, want %+v", native, got, want)
		}
	}
}

func TestParseRow(t *testing.T) {
	for _, c := range []struct {
		value     string
		want      dialect.Row
		complaint string
	}{
		{"ORDER.NOT_FOUND", dialect.Row{Code: "ORDER.NOT_FOUND"}, ""},
		{"404 ORDER.NOT_FOUND", dialect.Row{Status: 404, Code: "ORDER.NOT_FOUND"}, ""},
		{"404 ORDER.NOT_FOUND force", dialect.Row{Status: 404, Code: "ORDER.NOT_FOUND", Force: true}, ""},
		{"ORDER.NOT_FOUND force", dialect.Row{Code: "ORDER.NOT_FOUND", Force: true}, ""},
		{"", dialect.Row{}, "a row is [STATUS] CANONICAL.CODE [force]"},
		{"404", dialect.Row{Status: 404}, "a row is [STATUS] CANONICAL.CODE [force]"},
		{"ORDER.NOT_FOUND always", dialect.Row{}, "a row is [STATUS] CANONICAL.CODE [force]"},
		{"99 ORDER.NOT_FOUND", dialect.Row{}, "status 99 must be from 100 to 999"},
		{"order.not_found", dialect.Row{Code: "order.not_found"}, `"order.not_found" is not a canonical code; use two or three upper-case words joined by dots, for example ORDER.NOT_FOUND`},
		{"missing", dialect.Row{Code: "missing"}, `"missing" is not a canonical code; use two or three upper-case words joined by dots, for example RESOURCE.NOT_FOUND`},
	} {
		c.want.Native = "x"
		got, complaint := dialect.ParseRow("x", strings.Fields(c.value))
		if got != c.want || complaint != c.complaint {
			t.Errorf("ParseRow(%q) = %+v, %q; want %+v, %q", c.value, got, complaint, c.want, c.complaint)
		}
	}
}

func TestRowCode(t *testing.T) {
	for native, want := range map[string]string{
		"card_declined": "card_declined", "card_declined@402": "card_declined", "card/expired": "card", "card/x@402": "card", "card_*": "card_", "@404": "",
	} {
		if got := dialect.RowCode(native); got != want {
			t.Errorf("RowCode(%q) = %q, want %q", native, got, want)
		}
		if got := (dialect.Row{Native: native}).AppliesToCodes(); got != (want != "") {
			t.Errorf("%q: AppliesToCodes is %t", native, got)
		}
	}
}
