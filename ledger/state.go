package ledger

import (
	"cmp"
	"slices"
	"strings"
)

// State is what is to be done about an error.
type State string

// The states.
const (
	StateNew      State = "new"       // no table has it, and nobody has decided about it
	StateCameBack State = "came_back" // likewise, but it was mapped or forgotten before
	StateWaiting  State = "waiting"   // a table has it now, but it has not occurred since
	StateKnown    State = "known"     // a table has it
	StateWillMap  State = "will_map"  // a table has it, but the site only observes
	StateIgnored  State = "ignored"   // no table has it, which somebody has accepted
	StateBare     State = "bare"      // it has no code and no message, or Caddy returned it: there is nothing to map
)

// Decision is what somebody decided about an error.
type Decision struct {
	ID     string `json:"id"` // of the entry
	Time   int64  `json:"time"`
	Reason string `json:"reason,omitempty"`
	Undone bool   `json:"undone,omitempty"` // it is not ignored any more
}

// Limits of decisions.
const (
	maxDecisions = 10_000
	maxReason    = 200
)

// Ignore marks an entry as one that need not be mapped. With undo it takes that back. It
// reports whether there is room for the decision.
func (l *Ledger) Ignore(id, reason string, undo bool, now int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.ignored[id]; !ok && len(l.ignored) >= maxDecisions {
		return false
	}
	reason = strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
	l.decisions++
	l.ignored[id] = Decision{ID: id, Time: now, Reason: reason, Undone: undo}
	return true
}

// Forget removes the entries with some ids, and their counts from the totals. It returns how
// many there were.
func (l *Ledger) Forget(ids []string, now int64) (removed int) {
	wanted := make(map[string]bool, len(ids))
	l.mu.Lock()
	l.decisions += 1 << 32 // the counts that it removes change the revision, too
	for _, id := range ids {
		wanted[id] = true
		if _, ok := l.forgotten[id]; ok || len(l.forgotten) < maxDecisions {
			l.forgotten[id] = Decision{ID: id, Time: now}
		}
	}
	l.mu.Unlock()
	for i := range l.shards {
		removed += l.shards[i].forget(func(e *Entry) bool { return wanted[e.ID] }, now)
	}
	return removed
}

// forget removes the entries that match.
func (s *shard) forget(matches func(*Entry) bool, now int64) (removed int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.groups {
		for _, e := range slices.Clone(g.heap) {
			shown := e.snapshot(now)
			if !matches(&shown) {
				continue
			}
			s.remove(e)
			removed++
			for m := range e.seen {
				n := e.seen[m].Load() &^ dead
				e.stratum.seen[m].Add(-n)
				if e.code == "" && Match(m).isUnmapped() {
					e.stratum.bare.Add(-n)
				}
			}
			e.stratum.changes.merge(e.changes.snapshot(), -1)
		}
	}
	return removed
}

// ApplyDecisions takes over the decisions in a snapshot of another ledger that are newer
// than its own, and forgets what was forgotten there.
func (l *Ledger) ApplyDecisions(s *Snapshot) {
	l.mu.Lock()
	times := map[string]int64{}
	for _, d := range s.Ignored {
		if old, ok := l.ignored[d.ID]; (ok && old.Time < d.Time) || !ok && len(l.ignored) < maxDecisions {
			l.ignored[d.ID] = d
		}
	}
	for _, d := range s.Forgotten {
		if old, ok := l.forgotten[d.ID]; (ok && old.Time < d.Time) || !ok && len(l.forgotten) < maxDecisions {
			l.forgotten[d.ID] = d
			times[d.ID] = d.Time
		}
	}
	l.mu.Unlock()
	if len(times) == 0 {
		return
	}
	for i := range l.shards {
		l.shards[i].forget(func(e *Entry) bool { return times[e.ID] >= e.First }, s.Saved)
	}
}

// SetStates sets the state of every entry, by the decisions and by the tables that are in
// force. lookup may be nil.
func (s *Snapshot) SetStates(lookup Lookup) {
	ignored, forgotten := byID(s.Ignored), byID(s.Forgotten)
	for i := range s.Entries {
		e := &s.Entries[i]
		ignore, wasIgnored := ignored[e.ID]
		_, wasForgotten := forgotten[e.ID]
		e.Reason = ""
		switch {
		case e.Match == matchNames[ByTable] && e.Observed:
			e.State = StateWillMap
		case e.Match == matchNames[ByTable]:
			e.State = StateKnown
		case e.isWaiting(lookup):
			e.State = StateWaiting
		case e.Code == "":
			e.State = StateBare
		case wasIgnored && !ignore.Undone:
			e.State, e.Reason = StateIgnored, ignore.Reason
		case wasForgotten, e.Mapped > 0:
			e.State = StateCameBack
		default:
			e.State = StateNew
		}
	}
}

// isWaiting reports whether the tables have the code of the entry by now, and sets the
// canonical code to theirs.
func (e *Entry) isWaiting(lookup Lookup) bool {
	if lookup == nil {
		return e.State == StateWaiting // as the server that saved it has found
	}
	if e.Masked || e.Code == "" {
		return false
	}
	code, known := lookup(e)
	if known {
		e.Canonical = code
	}
	return known
}

// IsUnmapped reports whether no table has the error: it waits for a decision, or is ignored.
func (e *Entry) IsUnmapped() bool {
	return e.State == StateNew || e.State == StateCameBack || e.State == StateIgnored
}

func byID(list []Decision) map[string]Decision {
	out := make(map[string]Decision, len(list))
	for _, d := range list {
		out[d.ID] = d
	}
	return out
}

// newest returns the newest decision about each entry.
func newest(lists ...[]Decision) []Decision {
	all := slices.Concat(lists...)
	slices.SortStableFunc(all, func(a, b Decision) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(b.Time, a.Time))
	})
	return slices.CompactFunc(all, func(a, b Decision) bool { return a.ID == b.ID })
}
