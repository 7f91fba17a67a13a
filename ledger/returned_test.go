package ledger

import (
	"testing"
)

// TestReturned checks that errors of Caddy's handlers are in the totals, beside those of
// upstreams with the same status, and that they are never unmapped.
func TestReturned(t *testing.T) {
	t.Parallel()
	l := New("run", start, 0)
	recordReturned(l, "api", 502, 3)
	bare := &Error{Site: l.Site("api"), Status: 502, Canonical: "UPSTREAM.ERROR", Match: ByStatus, Now: start}
	l.Record(bare)
	other := New("other", start, 0)
	recordReturned(other, "api", 502, 4)

	s := Merge(saved(t, l, start), saved(t, other, start))
	s.SetStates(func(*Entry) (string, bool) { return "UPSTREAM.ERROR", true })
	if len(s.Entries) != 2 || len(s.Strata) != 2 {
		t.Fatalf("got %+v and %+v", s.Entries, s.Strata)
	}
	e := s.Entries[0]
	if e.Origin != OriginProxy || e.Count != 7 || e.Returned != 7 || e.Fallback != 0 || e.Match != "status" || e.State != StateBare || e.IsUnmapped() {
		t.Errorf("the returned error is %+v", e)
	}
	if e := s.Entries[1]; e.Origin != "" || e.Count != 1 || e.ID == s.Entries[0].ID {
		t.Errorf("the error of the upstream is %+v", e)
	}
	if r := s.Strata[1]; r.Origin != OriginProxy || r.Errors != 7 || r.Returned != 7 || r.Bare != 0 || len(r.UnmappedByHour) != 0 || r.ErrorsByHour[0].Count != 7 {
		t.Errorf("the totals are %+v", r)
	}
	if r := s.Readiness(); len(r) != 1 || r[0].Bare != 1 || r[0].Errors != 0 {
		t.Errorf("the readiness is %+v", r)
	}
	if n := l.Forget([]string{e.ID}, start.Unix()); n != 1 {
		t.Errorf("forgot %d entries, want 1", n)
	}
	if s := l.Snapshot(start.Unix()); s.Strata[0].Errors+s.Strata[1].Errors != 1 || s.Strata[0].Bare+s.Strata[1].Bare != 1 {
		t.Errorf("after it was forgotten, the totals are %+v", s.Strata)
	}
}
