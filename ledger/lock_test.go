package ledger

import (
	"testing"
	"time"
)

// TestRecordNeedsNoLock records a code that was seen before while all locks of the ledger are
// held: both cores can record at once.
func TestRecordNeedsNoLock(t *testing.T) {
	t.Parallel()
	l := New("run", start, 0)
	o := &Error{Site: l.Site("api"), Route: "/v1/*", Dialect: "acme", Code: "plan_not_found", Status: 404, Canonical: "PLAN.NOT_FOUND", Match: ByTable, Changes: CodeKnown, Now: start}
	l.Record(o)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.shards {
		l.shards[i].mu.Lock()
		defer l.shards[i].mu.Unlock()
	}
	recorded := make(chan struct{})
	go func() {
		l.Record(o)
		o.Site.CountAnswer()
		close(recorded)
	}()
	select {
	case <-recorded:
	case <-time.After(10 * time.Second):
		t.Fatal("recording a known code waits for a lock")
	}
}

// BenchmarkMemory records 10,000,000 distinct codes, with samples, and reports the memory of
// the ledger: at most 16 MiB.
func BenchmarkMemory(b *testing.B) {
	const distinct = 10_000_000
	for b.Loop() {
		l := New("run", start, 0)
		before := heapInUse()
		fill(l, distinct)
		grown := heapInUse() - before
		b.ReportMetric(float64(grown)/(1<<20), "MiB")
		if grown > 16<<20 {
			b.Errorf("the ledger has %d bytes, want at most 16 MiB", grown)
		}
		if n := len(l.Snapshot(start.Unix()).Entries); n > DefaultEntries {
			b.Errorf("there are %d entries", n)
		}
	}
}

// fill records as many distinct codes, with samples.
func fill(l *Ledger, distinct int) {
	body := []byte(`{"code":"x","message":"no such thing"}`)
	o := Error{Site: l.Site("api"), Dialect: "acme", Status: 400, Canonical: "REQUEST.INVALID", Match: ByStatus, Now: start, Message: "no such thing"}
	for i := range distinct {
		o.Code = inventedCode(i)
		if s := l.Record(&o); s.WantsSample {
			s.AddSample(NewSample(&o, "req_00000000000000000000000000", body))
		}
	}
}
