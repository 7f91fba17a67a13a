package ledger

import (
	"maps"
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

// recordReturned counts an error that a handler returned n times.
func recordReturned(l *Ledger, site string, status, n int) {
	for range n {
		l.Record(&Error{Site: l.Site(site), Status: status, Canonical: "UPSTREAM.ERROR", Match: Returned, Now: start})
	}
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

// checkCounts checks the counts of a snapshot of one site against how often each code
// occurred: none is off by more than its error, and only codes below the floor have no entry.
func checkCounts(tb testing.TB, s *Snapshot, truth map[string]int64) {
	tb.Helper()
	missing := maps.Clone(truth)
	for _, e := range s.Entries {
		if n := truth[e.Code]; e.Count < n || e.Count-e.MaxError > n {
			tb.Errorf("%s occurred %d times, counted %d with an error of %d", e.Code, n, e.Count, e.MaxError)
		}
		delete(missing, e.Code)
	}
	for code, n := range missing {
		if n > s.Sites[0].Floor {
			tb.Errorf("%s occurred %d times and has no entry; the floor is %d", code, n, s.Sites[0].Floor)
		}
	}
}
