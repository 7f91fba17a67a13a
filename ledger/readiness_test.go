package ledger

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestUpperBound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		k, n      int64
		low, high float64
	}{
		{0, 0, 1, 1}, {0, 1, 0.94, 0.96}, {0, 3120, 0.0009, 0.001}, {0, 1e9, 0, 1e-8}, {5, 5, 1, 1}, {10, 1000, 0.012, 0.031}, {500, 1000, 0.5, 0.6}, {1, 2, 0.9, 1},
	} {
		if got := UpperBound(tt.k, tt.n); got < tt.low || got > tt.high {
			t.Errorf("UpperBound(%d, %d) = %v, want %v to %v", tt.k, tt.n, got, tt.low, tt.high)
		}
	}
}

// TestBoundHoldsAlways looks at the bound after every error of many histories, and counts
// those in which it was wrong at least once.
func TestBoundHoldsAlways(t *testing.T) {
	t.Parallel()
	const histories, length = 400, 2000
	for _, share := range []float64{0.002, 0.05, 0.3} {
		wrong := 0
		rnd := rand.New(rand.NewPCG(3, math.Float64bits(share)))
		for range histories {
			k := int64(0)
			for n := int64(1); n <= length; n++ {
				if rnd.Float64() < share {
					k++
				}
				if logWin(k, n, share) > math.Log(20) && float64(k) < share*float64(n) {
					wrong++
					break
				}
			}
		}
		if got := float64(wrong) / histories; got > 0.07 {
			t.Errorf("share %v: the bound was wrong in %.1f %% of all histories, want at most 5 %%", share, got*100)
		}
	}
}

func TestReadiness(t *testing.T) {
	t.Parallel()
	fill := func(l *Ledger, days, each int, code string, match Match, changes Changes) {
		for day := range days {
			for range each {
				l.Record(&Error{Site: l.Site("api"), Dialect: "acme", Code: code, Status: 400, Canonical: "REQUEST.INVALID", Match: match, Changes: changes, Now: start.Add(time.Duration(day) * 24 * time.Hour)})
			}
		}
	}
	for _, tt := range []struct {
		name   string
		fill   func(l *Ledger)
		answer Answer
		words  string
	}{
		{"all mapped", func(l *Ledger) { fill(l, 8, 390, "known", ByTable, 0) }, AnswerYes, "100 % of 3,120 errors would map; 0 of 3,120 would lose their status class: below 0.1 % at 95 %; seen on 8 days"},
		{"one day", func(l *Ledger) { fill(l, 1, 3120, "known", ByTable, 0) }, AnswerNotYet, "100 % of 3,120 errors would map; 0 of 3,120 would lose their status class: below 0.1 % at 95 %; seen on 1 day"},
		{"few", func(l *Ledger) { fill(l, 8, 2, "known", ByTable, 0) }, AnswerNotYet, "100 % of 16 errors would map; 0 of 16 would lose their status class: below 17.4 % at 95 %; seen on 8 days"},
		{"unmapped", func(l *Ledger) { fill(l, 8, 390, "known", ByTable, 0); record(l, "api", "other", 400, 1) }, AnswerNo, "99.9 % of 3,121 errors would map; 0 of 3,121 would lose their status class: below 0.1 % at 95 %; seen on 8 days"},
		{"waiting", func(l *Ledger) { fill(l, 8, 390, "known", ByTable, 0); record(l, "api", "waits", 400, 1) }, AnswerYes, "100 % of 3,121 errors would map; 0 of 3,121 would lose their status class: below 0.1 % at 95 %; seen on 8 days"},
		{"bare", func(l *Ledger) { fill(l, 8, 390, "", ByStatus, 0) }, AnswerYes, "0 of 3,120 would lose their status class: below 0.1 % at 95 %; seen on 8 days"},
		{"class", func(l *Ledger) { fill(l, 8, 390, "known", ByTable, 0); fill(l, 1, 1, "known", ByTable, ClassChanged) }, AnswerNo, "100 % of 3,121 errors would map; 1 of 3,121 would lose their status class: below 0.5 % at 95 %; seen on 8 days"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := New("run", start, 0)
			tt.fill(l)
			s := l.Snapshot(start.Unix())
			s.SetStates(func(e *Entry) (string, bool) { return "REQUEST.INVALID", e.Code == "waits" })
			list := s.Readiness()
			if len(list) != 1 || list[0].Answer != tt.answer || list[0].Words != tt.words {
				t.Errorf("got  %+v\nwant %s: %s", list, tt.answer, tt.words)
			}
		})
	}
}
