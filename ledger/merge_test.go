package ledger

import (
	"fmt"
	"reflect"
	"testing"
	"time"
)

// saved returns a snapshot as it is read after it was saved.
func saved(t *testing.T, l *Ledger, now time.Time) *Snapshot {
	t.Helper()
	text, err := l.Snapshot(now.Unix()).Encode()
	if err != nil {
		t.Fatal(err)
	}
	s, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLoad checks that a ledger that loads a snapshot has the same counts, once.
func TestLoad(t *testing.T) {
	t.Parallel()
	l := New("first", start, 0)
	for i := range 200 {
		record(l, "api", fmt.Sprintf("code_%c%c", 'a'+i%20, 'a'+i/20), 400, i)
	}
	record(l, "api", "", 404, 5)
	recordReturned(l, "api", 502, 3)
	l.Site("api").CountAnswer()
	l.Ignore("some", "a test", false, start.Unix())
	s := saved(t, l, start)

	next := New("second", start.Add(time.Hour), 0)
	next.Load(s)
	next.Load(s)
	got := saved(t, next, start)
	if !reflect.DeepEqual(got.Merged, []string{"first"}) || got.Since != s.Since {
		t.Errorf("merged %v since %d", got.Merged, got.Since)
	}
	got.Run, got.Merged, s.Run = "", nil, ""
	if !reflect.DeepEqual(got, s) {
		t.Errorf("got  %+v\nwant %+v", got, s)
	}
}

// TestLoadMany checks that counts stay within their errors if a ledger that is full is
// loaded.
func TestLoadMany(t *testing.T) {
	t.Parallel()
	l, truth := New("first", start, shards*4), map[string]int64{}
	for i := range 500 {
		code := fmt.Sprintf("code_%c%c", 'a'+i%20, 'a'+i/20)
		truth[code] = int64(i%50) + 1
		record(l, "api", code, 400, i%50+1)
	}
	next := New("second", start, shards*4)
	next.Load(saved(t, l, start))
	record(next, "api", "code_aa", 400, 1)
	truth["code_aa"]++
	s := saved(t, next, start)
	checkCounts(t, s, truth)
}

func TestMerge(t *testing.T) {
	t.Parallel()
	a, b := New("a", start, 0), New("b", start, 0)
	record(a, "api", "gone", 404, 3)
	record(a, "api", "only_a", 404, 1)
	record(b, "api", "gone", 404, 4)
	record(b, "api", "forgotten", 404, 4)
	a.Site("api").CountAnswer()
	b.Site("api").CountAnswer()
	id := find(t, b.Snapshot(start.Unix()), "forgotten").ID
	a.Forget([]string{id}, start.Unix()+1)

	s := Merge(saved(t, a, start), saved(t, b, start), saved(t, b, start))
	if len(s.Entries) != 2 || find(t, s, "gone").Count != 7 || find(t, s, "only_a").Count != 1 {
		t.Errorf("got %+v", s.Entries)
	}
	if s.Sites[0].Answers != 2 || s.Strata[0].Errors != 12 {
		t.Errorf("got %+v and %+v", s.Sites, s.Strata)
	}

	b.ApplyDecisions(saved(t, a, start))
	if s := b.Snapshot(start.Unix()); len(s.Entries) != 1 || s.Strata[0].Errors != 4 {
		t.Errorf("after the decision of the other, b has %+v and %+v", s.Entries, s.Strata)
	}
	c := New("c", start, 0) // took over from a
	c.Load(saved(t, a, start))
	if s := Merge(saved(t, a, start), saved(t, c, start)); find(t, s, "gone").Count != 3 {
		t.Errorf("a run that was taken over counts twice: %+v", s.Entries)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	l := New("run", start, 0)
	for _, code := range []string{"fresh", "waits", "ignored", "ignored_no_more", "lost", "forgotten", "", "4eC39HqLyjWDarjt"} {
		record(l, "api", code, 404, 1)
	}
	mapped := func(code string, observed bool) {
		l.Record(&Error{Site: l.Site("api"), Dialect: "acme", Code: code, Status: 404, Canonical: "RESOURCE.GONE", Match: ByTable, Observed: observed, Now: start})
	}
	mapped("known", false)
	mapped("observed", true)
	mapped("lost", false)
	record(l, "api", "lost", 404, 1)
	s := l.Snapshot(start.Unix())
	l.Ignore(find(t, s, "ignored").ID, "a test", false, start.Unix())
	l.Ignore(find(t, s, "ignored_no_more").ID, "a test", false, start.Unix())
	l.Ignore(find(t, s, "ignored_no_more").ID, "", true, start.Unix()+1)
	if n := l.Forget([]string{find(t, s, "forgotten").ID}, start.Unix()); n != 1 {
		t.Errorf("forgot %d entries, want 1", n)
	}
	record(l, "api", "forgotten", 404, 1)

	s = l.Snapshot(start.Unix())
	s.SetStates(func(e *Entry) (string, bool) { return "RESOURCE.GONE", e.Code == "waits" })
	got := map[string]State{}
	for _, e := range s.Entries {
		got[e.Code] = e.State
	}
	want := map[string]State{
		"fresh": StateNew, "waits": StateWaiting, "ignored": StateIgnored, "ignored_no_more": StateNew, "lost": StateCameBack, "forgotten": StateCameBack,
		"": StateBare, "*": StateNew, "known": StateKnown, "observed": StateWillMap,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if e := find(t, s, "ignored"); e.Reason != "a test" || e.Count != 1 {
		t.Errorf("got %+v", e)
	}
}
