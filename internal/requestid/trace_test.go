package requestid

import (
	"strings"
	"testing"
)

func TestTraceparent(t *testing.T) {
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	for value, ok := range map[string]bool{
		"00-" + trace + "-00f067aa0ba902b7-01":                    true,
		"cc-" + trace + "-00f067aa0ba902b7-01-what-comes":         true,
		"00-" + trace + "-00f067aa0ba902b7-01-extra":              false,
		"ff-" + trace + "-00f067aa0ba902b7-01":                    false,
		"00-00000000000000000000000000000000-00f067aa0ba902b7-01": false,
		"00-" + trace + "-0000000000000000-01":                    false,
		"00-" + strings.ToUpper(trace) + "-00f067aa0ba902b7-01":   false,
		"":                                  false,
		"00-" + trace + "-00f067aa0ba902b7": false,
	} {
		id, got := ParseTraceparent(value)
		if got != ok || (ok && id != trace) {
			t.Errorf("%q is %q, %t", value, id, got)
		}
	}
}

func TestNewTraceIDs(t *testing.T) {
	if trace, span := NewTraceID(), NewSpanID(); !IsTraceID(trace) || len(span) != 16 || !isLowerHex(span) {
		t.Errorf("got %q and %q", trace, span)
	}
}
