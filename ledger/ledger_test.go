package ledger

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

func TestRecord(t *testing.T) {
	t.Parallel()
	l := New("run", start, 0)
	if s := record(l, "api", "gone", 404, 3); s.IsNew || !s.WantsSample {
		t.Errorf("third sight is %+v, want one that is not new and wants a sample", s)
	}
	o := &Error{Site: l.Site("api"), Dialect: "acme", Code: "gone", Status: 404, Canonical: "RESOURCE.GONE", Match: ByTable, Evidence: "named", Changes: StatusChanged | CodeKnown, Now: start.Add(2 * time.Hour)}
	l.Record(o).AddSample(NewSample(o, "req_1", nil))
	l.Site("api").CountAnswer()
	record(l, "api", "gone", 410, 1)
	record(l, "other", "gone", 404, 1)

	s := l.Snapshot(start.Add(3 * time.Hour).Unix())
	if len(s.Entries) != 3 {
		t.Fatalf("got %d entries, want 3", len(s.Entries))
	}
	e := s.Entries[0]
	want := Entry{Site: "api", Dialect: "acme", Code: "gone", Status: 404, Count: 4, Mapped: 1, Fallback: 3, First: start.Unix(), Last: o.Now.Unix(), Canonical: "RESOURCE.GONE", Match: "table", Evidence: "named"}
	got := e
	got.ID, got.Trend, got.Changes, got.Sample = "", nil, nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if fmt.Sprint(e.Trend) != fmt.Sprint([]Hour{{start.Unix() / 3600 * 3600, 3}, {o.Now.Unix() / 3600 * 3600, 1}}) {
		t.Errorf("the trend is %v", e.Trend)
	}
	if e.Changes["status_changed"] != 1 || e.Changes["code_known"] != 1 || e.Sample == nil || e.Sample.RequestID != "req_1" {
		t.Errorf("got changes %v and sample %+v", e.Changes, e.Sample)
	}
	if s.Sites[0].Answers != 1 || s.Strata[0].Errors != 5 || s.Strata[0].Mapped != 1 || s.Strata[0].Days != 1 {
		t.Errorf("got totals %+v and %+v", s.Sites[0], s.Strata[0])
	}
}

// TestManyCodes records invented codes between frequent ones, and checks the frequent
// ones, the error of their counts, and the memory.
func TestManyCodes(t *testing.T) {
	const frequent, distinct = 10, 1_000_000
	for _, tt := range []struct {
		name  string
		sites int
	}{
		{"one site", 1}, {"three sites", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := New("run", start, 0)
			before := heapInUse()
			sites := make([]*Site, tt.sites)
			for i := range sites {
				sites[i] = l.Site(fmt.Sprint("site", i))
			}
			quiet := record(l, "quiet", "rare", 400, 2)
			truth := make([]int64, frequent)
			rnd := rand.New(rand.NewPCG(1, 2))
			var code []byte
			o := Error{Dialect: "acme", Status: 400, Canonical: "REQUEST.INVALID", Match: ByStatus, Now: start, Message: "no such thing"}
			for i := range distinct {
				code = strconv.AppendInt(append(code[:0], "invented_"...), int64(i), 10)
				o.Site, o.Code = sites[i%len(sites)], string(code)
				if s := l.Record(&o); s.WantsSample {
					s.AddSample(NewSample(&o, "req_00000000000000000000000000", []byte(`{"code":"x","message":"no such thing"}`)))
				}
				if n := rnd.IntN(500); n < frequent {
					o.Code, o.Site = "frequent_"+strconv.Itoa(n), sites[0]
					truth[n]++
					l.Record(&o)
				}
			}
			if grown := heapInUse() - before; grown > 16<<20 {
				t.Errorf("the ledger has %d bytes, want at most 16 MiB", grown)
			}
			s := l.Snapshot(start.Unix())
			if n := len(s.Entries); n > DefaultEntries {
				t.Errorf("there are %d entries, want at most %d", n, DefaultEntries)
			}
			for i, n := range truth {
				e := find(t, s, "frequent_"+strconv.Itoa(i))
				if e.Count < n || e.Count-e.MaxError > n {
					t.Errorf("%s occurred %d times; the ledger has at most %d, and at least %d", e.Code, n, e.Count, e.Count-e.MaxError)
				}
			}
			if e := find(t, s, "rare"); e.Count != 2 || e.MaxError != 0 || quiet.IsNew {
				t.Errorf("the other site has %+v", e)
			}
			if total := int64(distinct); s.Strata[len(s.Strata)-1].Errors < total/int64(tt.sites) {
				t.Errorf("the totals are %+v", s.Strata)
			}
			runtime.KeepAlive(l)
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestConcurrent checks that no error is lost while entries are removed.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	l := New("run", start, shards*4)
	const workers, each = 4, 20_000
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(w), 0))
			o := Error{Site: l.Site("api"), Dialect: "acme", Status: 400, Match: Match(w % 3), Canonical: "REQUEST.INVALID", Changes: WordsReplaced, Now: start}
			for i := range each {
				o.Code = "often"
				if i%2 == 0 {
					o.Code = "code_" + strconv.Itoa(rnd.IntN(500))
				}
				if s := l.Record(&o); s.WantsSample {
					s.AddSample(NewSample(&o, "req", nil))
				}
				if i%5000 == 0 {
					l.Snapshot(start.Unix())
					l.Forget([]string{"none"}, start.Unix())
				}
			}
		})
	}
	wait.Wait()
	s := l.Snapshot(start.Unix())
	if n := s.Strata[0].Errors; n != workers*each {
		t.Errorf("the totals have %d errors, want %d", n, workers*each)
	}
	if e := find(t, s, "often"); e.Count < workers*each/2 || e.Count-e.MaxError > workers*each/2 {
		t.Errorf("got %d (error %d), want %d", e.Count, e.MaxError, workers*each/2)
	}
}

// FuzzRecord checks for any sequence of codes that every count is within its error, and that
// the number of entries is bounded.
func FuzzRecord(f *testing.F) {
	f.Add([]byte("abcabcaaaaddeefgh"), uint8(2))
	f.Fuzz(func(t *testing.T, codes []byte, limit uint8) {
		entries := shards * (1 + int(limit)%3)
		l, truth := New("run", start, entries), map[string]int64{}
		for i, c := range codes {
			code := fmt.Sprintf("code_%d", c)
			truth[code]++
			o := Error{Site: l.Site("api"), Code: code, Status: 400, Match: Match(i % 3), Now: start}
			l.Record(&o)
		}
		s := l.Snapshot(start.Unix())
		if len(s.Entries) > entries {
			t.Fatalf("%d entries, want at most %d", len(s.Entries), entries)
		}
		checkCounts(t, s, truth)
	})
}

// TestRoutes checks the answers by route: exact at first, then estimated.
func TestRoutes(t *testing.T) {
	t.Parallel()
	l := New("run", start, 0)
	site := l.Site("api")
	for i := range exactAnswers + 100*sampledAnswers {
		if weight := site.CountAnswer(); weight > 0 {
			site.CountRoute([]string{"/a/*", "/b/*"}[i/sampledAnswers%2], weight)
		}
	}
	next := New("next", start, 0)
	next.Load(l.Snapshot(start.Unix()))
	got := Merge(next.Snapshot(start.Unix())).Sites[0]
	if half := int64(exactAnswers+100*sampledAnswers) / 2; got.Answers != 2*half || got.Routes["/a/*"] != half || got.Routes["/b/*"] != half {
		t.Errorf("got %+v", got)
	}
}

func TestRecordAllocates(t *testing.T) {
	l := New("run", start, 0)
	o := &Error{Site: l.Site("api"), Route: "/v1/*", Dialect: "acme", Code: "plan_not_found", Status: 404, Canonical: "PLAN.NOT_FOUND", Match: ByTable, Changes: CodeKnown | WordsReplaced, Now: start}
	l.Record(o)
	if n := testing.AllocsPerRun(100, func() { l.Record(o) }); n != 0 {
		t.Errorf("recording a known error makes %v allocations, want 0", n)
	}
}

func BenchmarkRecord(b *testing.B) {
	for _, codes := range []int{1, 40} {
		b.Run(fmt.Sprint(codes, " codes"), func(b *testing.B) {
			l := New("run", start, 0)
			names := make([]string, codes)
			for i := range names {
				names[i] = "code_not_found_" + strconv.Itoa(i)
			}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				o := &Error{Site: l.Site("api"), Route: "/v1/*", Dialect: "acme", Status: 404, Canonical: "PLAN.NOT_FOUND", Match: ByTable, Changes: CodeKnown, RequestID: "req_01k8zq5w3v9x2m7n4b6c8d0f1g", Now: start}
				for i := 0; pb.Next(); i++ {
					o.Code = names[i%codes]
					l.Record(o)
				}
			})
		})
	}
}

// inventedCode returns a code that nobody else has.
func inventedCode(n int) string { return "invented_" + strconv.Itoa(n) }

func BenchmarkRecordInvented(b *testing.B) {
	l := New("run", start, 0)
	o := &Error{Site: l.Site("api"), Dialect: "acme", Status: 404, Match: ByStatus, Canonical: "REQUEST.INVALID", Now: start}
	b.ReportAllocs()
	for i := range b.N {
		o.Code = inventedCode(i)
		l.Record(o)
	}
}
