package koine

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"github.com/koine-proxy/koine/ledger"
)

// newProcessLedger returns a ledger that is saved to a directory, as after the start of a
// process.
func newProcessLedger(dir, run string) *processLedger {
	p := &processLedger{Ledger: ledger.New(run, time.Now(), 0)}
	p.saver.init(p)
	p.saver.next.Store(&ledgerStorage{&certmagic.FileStorage{Path: dir}, zap.NewNop()})
	p.saver.work()
	return p
}

// record counts an error once.
func (p *processLedger) record(code string) {
	p.Record(&ledger.Error{Site: p.Site("api"), Code: code, Status: 400, Match: ledger.ByStatus, Now: time.Now()})
}

// counts returns the counts of all instances by code.
func (p *processLedger) counts() map[string]int64 {
	out := map[string]int64{}
	for _, e := range p.snapshot(p.saver.others()).Entries {
		out[e.Code] = e.Count
	}
	return out
}

func TestLedgerStorage(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir()) // has the id of the instance
	dir := t.TempDir()
	check := func(p *processLedger, want map[string]int64, files int) {
		t.Helper()
		if got := p.counts(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s has %v, want %v", p.saver.key, got, want)
		}
		if found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(ledgerPrefix), "*.gz")); len(found) != files {
			t.Errorf("the storage has %v, want %d files", found, files)
		}
	}
	first := newProcessLedger(dir, "first")
	first.record("a")
	first.saver.work()
	check(first, map[string]int64{"a": 1}, 1)

	second := newProcessLedger(dir, "second") // beside it
	second.record("a")
	second.record("b")
	second.saver.work()
	check(first, map[string]int64{"a": 2, "b": 1}, 2)
	check(second, map[string]int64{"a": 2, "b": 1}, 2)

	if err := first.saver.stop(); err != nil {
		t.Fatal(err)
	}
	third := newProcessLedger(dir, "third") // continues the first
	third.record("a")
	check(third, map[string]int64{"a": 3, "b": 1}, 2)

	// The second one was killed. Another process does not continue it at once, but all see it.
	fourth := newProcessLedger(dir, "fourth")
	check(fourth, map[string]int64{"a": 2, "b": 1}, 3)
	third.saver.work()
	check(fourth, map[string]int64{"a": 3, "b": 1}, 3)

	// Much later, it is taken over.
	old := second.Snapshot(time.Now().Add(-2 * adoptedAfter).Unix())
	data, err := old.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := second.saver.storage.Store(t.Context(), second.saver.key, data); err != nil {
		t.Fatal(err)
	}
	if err := third.saver.stop(); err != nil {
		t.Fatal(err)
	}
	fifth := newProcessLedger(dir, "fifth")
	check(fifth, map[string]int64{"a": 3, "b": 1}, 2)
	check(fourth, map[string]int64{"a": 3, "b": 1}, 2)

	// Decisions reach the others.
	id := ""
	for _, e := range fifth.Snapshot(0).Entries {
		if e.Code == "b" {
			id = e.ID
		}
	}
	fourth.Forget([]string{id}, time.Now().Unix()+1)
	fourth.saver.saveNow()
	check(fifth, map[string]int64{"a": 3}, 2)
}

// TestLedgerDamaged checks that a file that cannot be read is replaced.
func TestLedgerDamaged(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	dir := t.TempDir()
	first := newProcessLedger(dir, "first")
	if err := first.saver.storage.Store(t.Context(), first.saver.key, []byte("damaged")); err != nil {
		t.Fatal(err)
	}
	second := newProcessLedger(dir, "second")
	second.record("a")
	second.saver.work()
	if got := newProcessLedger(dir, "third").counts(); got["a"] != 1 {
		t.Errorf("got %v", got)
	}
}

// TestLedgerWithoutStorage checks that a storage that fails costs nothing but the history.
func TestLedgerWithoutStorage(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	p := newProcessLedger(filepath.Join(t.TempDir(), "a\x00b"), "first")
	p.record("a")
	p.saver.work()
	if got := p.counts(); got["a"] != 1 || p.saver.key != "" {
		t.Errorf("got %v", got)
	}
	if err := p.saver.stop(); err != nil {
		t.Error(err)
	}
}

// TestChangesInLedger checks that the ledger and the comparison of answers have the same
// differences.
func TestChangesInLedger(t *testing.T) {
	t.Parallel()
	for i, name := range changeNames {
		l := ledger.New("run", time.Now(), 0)
		l.Record(&ledger.Error{Site: l.Site("api"), Code: "a", Changes: ledger.Changes(changes(1) << i), Now: time.Now()})
		if got := l.Snapshot(0).Entries[0].Changes; got[name] != 1 || len(got) != 1 {
			t.Errorf("%s is %v in the ledger", name, got)
		}
	}
}
