package ledger

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// Merge adds the snapshots of several ledgers, as if one had counted all errors. A run that
// is contained in another snapshot is left out.
func Merge(list ...*Snapshot) *Snapshot {
	contained := map[string]bool{}
	for _, s := range list {
		for _, run := range s.Merged {
			contained[run] = true
		}
	}
	out := &Snapshot{Version: SnapshotVersion}
	m := merger{sites: map[string]*SiteTotals{}, strata: map[[4]string]*Stratum{}, entries: map[string]*Entry{}}
	for _, s := range list {
		out.Ignored, out.Forgotten = newest(out.Ignored, s.Ignored), newest(out.Forgotten, s.Forgotten)
	}
	m.forgotten = byID(out.Forgotten)
	for _, s := range list {
		if contained[s.Run] {
			continue
		}
		contained[s.Run] = true
		out.Saved = max(out.Saved, s.Saved)
		if out.Since == 0 || s.Since < out.Since {
			out.Since = s.Since
		}
		m.add(s)
	}
	for _, s := range m.sites {
		out.Sites = append(out.Sites, *s)
	}
	for _, s := range m.strata {
		out.Strata = append(out.Strata, *s)
	}
	for _, e := range m.entries {
		out.Entries = append(out.Entries, *e)
	}
	out.sort()
	return out
}

// merger has the sums so far.
type merger struct {
	sites     map[string]*SiteTotals
	strata    map[[4]string]*Stratum
	entries   map[string]*Entry
	forgotten map[string]Decision
}

func (m *merger) add(s *Snapshot) {
	floors := map[string]int64{}
	for _, t := range s.Sites {
		floors[t.Site] = t.Floor
	}
	own, applied := map[string]bool{}, byID(s.Forgotten)
	for i := range s.Entries {
		e := s.Entries[i]
		if d, ok := m.forgotten[e.ID]; ok && d.Time >= e.Last && applied[e.ID].Time < d.Time {
			continue // this instance has not applied the decision yet
		}
		own[e.ID] = true
		sum := m.entries[e.ID]
		if sum == nil {
			floor := int64(0) // of the ledgers before
			if t := m.sites[e.Site]; t != nil {
				floor = t.Floor
			}
			e.Count += floor
			e.MaxError += floor
			m.entries[e.ID] = &e
			continue
		}
		sum.merge(&e)
	}
	for id, e := range m.entries {
		if floor := floors[e.Site]; !own[id] && floor > 0 {
			e.Count += floor
			e.MaxError += floor
		}
	}
	for _, t := range s.Sites {
		sum := m.sites[t.Site]
		if sum == nil {
			sum = &SiteTotals{Site: t.Site}
			m.sites[t.Site] = sum
		}
		sum.Answers += t.Answers
		sum.Routes = mergeCounts(sum.Routes, t.Routes)
		sum.Floor += t.Floor
	}
	for i := range s.Strata {
		t := s.Strata[i]
		k := [4]string{t.Site, t.Route, t.Dialect, t.Origin}
		if sum := m.strata[k]; sum != nil {
			sum.merge(&t)
			continue
		}
		t.Changes = maps.Clone(t.Changes)
		m.strata[k] = &t
	}
}

func (e *Entry) merge(o *Entry) {
	e.Count += o.Count
	e.MaxError += o.MaxError
	e.Mapped += o.Mapped
	e.Guessed += o.Guessed
	e.Fallback += o.Fallback
	e.Returned += o.Returned
	if o.Last > e.Last {
		e.Canonical, e.Match, e.Evidence, e.Observed, e.State = o.Canonical, o.Match, o.Evidence, o.Observed, o.State
	}
	e.First, e.Last = min(e.First, o.First), max(e.Last, o.Last)
	e.Trend, e.Changes = mergeHours(e.Trend, o.Trend), mergeCounts(e.Changes, o.Changes)
	if e.Sample == nil {
		e.Sample = o.Sample
	}
}

func (s *Stratum) merge(o *Stratum) {
	s.Errors += o.Errors
	s.Mapped += o.Mapped
	s.Guessed += o.Guessed
	s.Fallback += o.Fallback
	s.Returned += o.Returned
	s.Bare += o.Bare
	s.Changes = mergeCounts(s.Changes, o.Changes)
	s.Days = max(s.Days, o.Days) // at least: other days may be among them
	s.First, s.Last = min(s.First, o.First), max(s.Last, o.Last)
	s.ErrorsByHour, s.UnmappedByHour = mergeHours(s.ErrorsByHour, o.ErrorsByHour), mergeHours(s.UnmappedByHour, o.UnmappedByHour)
}

func mergeCounts(a, b map[string]int64) map[string]int64 {
	if len(b) == 0 {
		return a
	}
	out := maps.Clone(a)
	if out == nil {
		out = map[string]int64{}
	}
	for name, n := range b {
		out[name] += n
	}
	return out
}

func mergeHours(a, b []Hour) []Hour {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(a, b Hour) int { return cmp.Compare(a.Start, b.Start) })
	out := all[:0]
	for _, h := range all {
		if n := len(out); n > 0 && out[n-1].Start == h.Start {
			out[n-1].Count += h.Count
			continue
		}
		out = append(out, h)
	}
	return out
}

// Load adds the counts of a snapshot to the ledger, as of an earlier run. It does nothing
// if they are already included.
func (l *Ledger) Load(s *Snapshot) {
	l.mu.Lock()
	if s.Run == l.run || slices.Contains(l.merged, s.Run) {
		l.mu.Unlock()
		return
	}
	l.merged = append(l.merged, s.Run)
	for _, run := range s.Merged {
		if !slices.Contains(l.merged, run) {
			l.merged = append(l.merged, run)
		}
	}
	l.merged = l.merged[max(0, len(l.merged)-maxMerged):]
	if s.Since > 0 {
		l.since = min(l.since, s.Since)
	}
	l.mu.Unlock()
	l.ApplyDecisions(s)
	for _, t := range s.Sites {
		site := l.Site(t.Site)
		site.answers.Add(t.Answers)
		for route, n := range t.Routes {
			site.CountRoute(route, n)
		}
		l.raiseFloor(site, t.Floor)
	}
	for i := range s.Strata {
		l.loadStratum(&s.Strata[i])
	}
	for i := range s.Entries {
		l.loadEntry(&s.Entries[i])
	}
}

// maxMerged bounds the runs that are remembered.
const maxMerged = 1000

// raiseFloor adds the errors that an earlier run did not keep.
func (l *Ledger) raiseFloor(site *Site, floor int64) {
	if floor <= 0 {
		return
	}
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		if s.groups[site] == nil {
			s.groups[site] = &group{}
		}
		s.groups[site].floor += floor
		s.mu.Unlock()
	}
}

func (l *Ledger) loadStratum(t *Stratum) {
	s := l.stratum(stratumKey{l.Site(t.Site), t.Route, t.Dialect, t.Origin == OriginProxy})
	s.seen[ByTable].Add(t.Mapped)
	s.seen[ByGuess].Add(t.Guessed)
	s.seen[ByStatus].Add(t.Fallback)
	s.seen[Returned].Add(t.Returned)
	s.bare.Add(t.Bare)
	s.changes.merge(t.Changes, 1)
	if t.First > 0 {
		storeMin(&s.first, t.First)
		storeMax(&s.last, t.Last)
	}
	if day := t.Last / (24 * 3600); s.lastDay.Load() == day {
		s.days.Add(max(0, t.Days-1))
	} else {
		storeMax(&s.lastDay, day)
		s.days.Add(t.Days)
	}
	for _, h := range t.ErrorsByHour {
		addHour(s.errors[:], h.Start, h.Count)
	}
	for _, h := range t.UnmappedByHour {
		addHour(s.unmapped[:], h.Start, h.Count)
	}
}

// isFullFor reports whether there is no room for an entry of an earlier run, which is then
// one of the errors below the floor. Entries are loaded by their count, so it is smaller than
// those that are there.
func (l *Ledger) isFullFor(k *key, count int64) bool {
	s := l.shardOf(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.size < s.limit || s.find(k) != nil {
		return false
	}
	g := s.groups[k.site]
	if g == nil {
		g = &group{}
		s.groups[k.site] = g
	}
	g.floor = max(g.floor, count)
	return true
}

func (l *Ledger) loadEntry(t *Entry) {
	if t.Count < 0 || t.Mapped < 0 || t.Guessed < 0 || t.Fallback < 0 || t.Returned < 0 || len(t.Code) > 2*maxCode {
		return
	}
	k := key{site: l.Site(t.Site), route: t.Route, dialect: t.Dialect, status: t.Status, code: t.Code, masked: t.Masked, returned: t.Origin == OriginProxy}
	k.setHash(l.seed)
	if l.isFullFor(&k, t.Count) {
		return
	}
	e := l.addEntry(&k, t.First, func(e *entry, isNew bool) {
		e.add(ByTable, t.Mapped)
		e.add(ByGuess, t.Guessed)
		e.add(ByStatus, t.Fallback)
		e.add(Returned, t.Returned)
		switch {
		case !isNew:
			e.inherited += t.MaxError
		case t.Grouping != 0:
			e.inherited, e.grouping = t.MaxError, t.Grouping
		default:
			e.inherited = t.MaxError
		}
	})
	storeMin(&e.first, t.First)
	storeMax(&e.last, t.Last)
	for _, h := range t.Trend {
		addHour(e.trend[:], h.Start, h.Count)
	}
	e.changes.merge(t.Changes, 1)
	e.reading.CompareAndSwap(nil, &reading{strings.Clone(t.Canonical), matchOf(t.Match, t.Origin), t.Evidence, t.Observed})
	if t.Sample != nil {
		e.sample.CompareAndSwap(nil, t.Sample)
	}
}
