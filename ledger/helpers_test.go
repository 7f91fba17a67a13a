package ledger

import (
	"testing"
	"time"
)

// start is the time of the first error in tests.
var start = time.Unix(1_800_000_000, 0)

// record counts an error without a code of a table n times.
func record(l *Ledger, site, code string, status, n int) (last Sight) {
	o := &Error{Site: l.Site(site), Dialect: "acme", Code: code, Status: status, Canonical: "REQUEST.INVALID", Match: ByStatus, Now: start}
	for range n {
		last = l.Record(o)
	}
	return last
}

// find returns the entry with a code.
func find(tb testing.TB, s *Snapshot, code string) *Entry {
	tb.Helper()
	for i := range s.Entries {
		if s.Entries[i].Code == code {
			return &s.Entries[i]
		}
	}
	tb.Fatalf("there is no entry %q in %d entries", code, len(s.Entries))
	return nil
}
