package limitheader_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dunglas/httpsfv"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/mappings"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// testNow is the current time in these tests: 1777622400.5 in Unix seconds.
var testNow = time.Date(2026, 5, 1, 8, 0, 0, 500_000_000, time.UTC)

// builtInTable compiles the built-in table of limits, after the limits of mapping
// files.
func builtInTable(tb testing.TB, dialects ...*dialect.File) *limitheader.Table {
	tb.Helper()
	data, err := mappings.Files.ReadFile(mappings.LimitsFile)
	if err != nil {
		tb.Fatal(err)
	}
	f, err := yamlfile.ReadLimits(mappings.LimitsFile, data)
	if err != nil {
		tb.Fatal(err)
	}
	table, err := compile(f, dialects...)
	if err != nil {
		tb.Fatal(err)
	}
	return table
}

// compile compiles a table of limits, after the limits of mapping files.
func compile(f *dialect.LimitsFile, dialects ...*dialect.File) (*limitheader.Table, error) {
	var c limitheader.Compiler
	for _, d := range dialects {
		c.Add(d.File, d.Limits, nil, true)
	}
	if f != nil {
		c.Add(f.File, f.Limits, f.Waits, false)
	}
	return &c.Table, c.Faults.Err()
}

// parseHeader parses the lines of a header.
func parseHeader(text string) http.Header {
	h := http.Header{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			h.Add(name, value)
		}
	}
	return h
}

// format returns limits as text: name quota/remaining, the seconds until the reset,
// the window, the unit.
func format(limits []limitheader.Limit) string {
	var out []string
	for _, l := range limits {
		s := fmt.Sprintf("%s %d/%d", l.Name, l.Quota, l.Remaining)
		if !l.Reset.IsZero() {
			s += fmt.Sprintf(" t=%g", l.Reset.Sub(testNow).Seconds())
		}
		if l.Window != 0 {
			s += fmt.Sprintf(" w=%g", l.Window.Seconds())
		}
		if l.Unit != "" {
			s += " of " + l.Unit
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// tableOf compiles a valid table of limits.
func tableOf(t *testing.T, text string) *limitheader.Table {
	t.Helper()
	f, err := yamlfile.ReadLimits("l.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	table, err := compile(f)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// parseDialect reads a valid mapping file.
func parseDialect(t *testing.T, text string) *dialect.File {
	t.Helper()
	f, err := yamlfile.ReadDialect("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// wantFaults compares all faults of an error, one a line.
func wantFaults(t *testing.T, err error, want []string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if text := strings.Join(want, "\n"); got != text {
		t.Errorf("got:\n%s\nwant:\n%s", got, text)
	}
}

// checkWritable checks the bounds of limits, writes them as the fields of the IETF
// draft, and reads those with another parser.
func checkWritable(t *testing.T, limits []limitheader.Limit) {
	t.Helper()
	var names []string
	for _, l := range limits {
		const most = 999_999_999_999_999
		switch {
		case l.Quota < -1 || l.Remaining < -1 || l.Quota > most || l.Remaining > most || l.Quota < 0 && l.Remaining < 0:
			t.Errorf("the numbers of %+v", l)
		case !l.Reset.IsZero() && l.Reset.Sub(testNow).Abs() > 366*24*time.Hour:
			t.Errorf("the reset of %+v", l)
		case l.Window < 0 || l.Window > 366*24*time.Hour:
			t.Errorf("the window of %+v", l)
		case slices.Contains(names, l.Name):
			t.Errorf("duplicate name %s", l.Name)
		}
		names = append(names, l.Name)
	}
	if len(limits) > 16 {
		t.Errorf("%d limits", len(limits))
	}
	var policies, states httpsfv.List
	for _, l := range limits {
		policy, state := httpsfv.NewItem(l.Name), httpsfv.NewItem(l.Name)
		policy.Params.Add("q", max(l.Quota, 0))
		if l.Unit != "" {
			policy.Params.Add("qu", l.Unit)
		}
		policy.Params.Add("w", int64(l.Window/time.Second))
		state.Params.Add("r", max(l.Remaining, 0))
		policies, states = append(policies, policy), append(states, state)
	}
	for _, list := range []httpsfv.List{policies, states} {
		if len(list) == 0 {
			continue
		}
		text, err := httpsfv.Marshal(list)
		if err != nil {
			t.Fatalf("%v: %+v", err, limits)
		}
		got, err := parseNames(text)
		if err != nil || !slices.Equal(got, names) {
			t.Errorf("%s has the names %q (%v), want %q", text, got, err, names)
		}
	}
}

// parseNames parses a list of Strings with parameters that are integers or strings,
// strictly by RFC 9651 section 4.2, and returns the Strings.
func parseNames(s string) (names []string, err error) {
	text := func() (out []byte, ok bool) {
		if s == "" || s[0] != '"' {
			return nil, false
		}
		for s = s[1:]; s != ""; s = s[1:] {
			switch c := s[0]; {
			case c == '"':
				s = s[1:]
				return out, true
			case c == '\\':
				if s = s[1:]; s == "" || s[0] != '"' && s[0] != '\\' {
					return nil, false
				}
			case c < 0x20 || c >= 0x7f:
				return nil, false
			}
			out = append(out, s[0])
		}
		return nil, false
	}
	for {
		name, ok := text()
		if !ok {
			return nil, fmt.Errorf("no string at %q", s)
		}
		names = append(names, string(name))
		for strings.HasPrefix(s, ";") {
			s = strings.TrimLeft(s[1:], " ")
			key := len(s) - len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyz"))
			if key == 0 || !strings.HasPrefix(s[key:], "=") {
				return nil, fmt.Errorf("no parameter at %q", s)
			}
			if s = s[key+1:]; strings.HasPrefix(s, `"`) {
				if _, ok := text(); !ok {
					return nil, fmt.Errorf("no string at %q", s)
				}
				continue
			}
			digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
			if digits == 0 || digits > 15 {
				return nil, fmt.Errorf("no number at %q", s)
			}
			s = s[digits:]
		}
		if s == "" {
			return names, nil
		}
		if !strings.HasPrefix(s, ", ") {
			return nil, fmt.Errorf("no comma at %q", s)
		}
		s = s[2:]
	}
}
