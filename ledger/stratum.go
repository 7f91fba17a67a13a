package ledger

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"
)

// Site has the counts of one site. Handlers keep it, and count answers without a lock.
type Site struct {
	name    string
	id      uint32
	answers atomic.Int64

	mu     sync.Mutex
	routes map[string]int64 // answers by route, estimated
}

// Name returns the name of the site.
func (s *Site) Name() string { return s.name }

// CountAnswer counts a response of any status. A weight above 0 means that it stands for so
// many answers of its route, which CountRoute is to count.
func (s *Site) CountAnswer() (weight int64) {
	switch n := s.answers.Add(1); {
	case n <= exactAnswers:
		return 1
	case n%sampledAnswers == 0:
		return sampledAnswers
	}
	return 0
}

// Finding the route of every answer would cost more than the answer is worth: after the first
// ones, one in 64 is looked at.
const (
	exactAnswers   = 1024
	sampledAnswers = 64
)

// maxRoutes bounds the routes of a site. They are those of the configuration.
const maxRoutes = 512

// CountRoute counts answers of a route.
func (s *Site) CountRoute(route string, answers int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.routes[route]; !ok {
		if s.routes == nil {
			s.routes = map[string]int64{}
		}
		if len(s.routes) >= maxRoutes {
			route = other
		}
	}
	s.routes[strings.Clone(route)] += answers
}

// routeTotals returns the answers by route.
func (s *Site) routeTotals() map[string]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.routes)
}

// stratum has the totals of one dialect on one route of a site. They include what was
// removed from the table of entries.
type stratum struct {
	stratumKey

	seen     [matches]atomic.Int64
	bare     atomic.Int64 // of these: without a code and a message
	changes  counters
	errors   [seriesHours]atomic.Uint64
	unmapped [seriesHours]atomic.Uint64
	first    atomic.Int64 // Unix seconds
	last     atomic.Int64
	lastDay  atomic.Int64 // days since 1970
	days     atomic.Int64 // on how many days there was an error
}

// maxStrata bounds the strata. Sites, routes and dialects are those of the configuration,
// but a process may see many configurations.
const maxStrata = 1024

// other is the name of the site, route and dialect of errors for which there is no room.
const other = "_other"

type stratumKey struct {
	site           *Site
	route, dialect string
	returned       bool // the errors that handlers of Caddy returned
}

// note counts an error.
func (s *stratum) note(o *Error, unix int64) {
	s.seen[o.Match].Add(1)
	s.changes.add(o.Changes)
	addHour(s.errors[:], unix, 1)
	if o.Match.isUnmapped() {
		addHour(s.unmapped[:], unix, 1)
		if o.Code == "" && o.Message == "" {
			s.bare.Add(1)
		}
	}
	if s.last.Load() < unix {
		s.noteTime(unix)
	}
}

// noteTime is called once a second at most.
func (s *stratum) noteTime(unix int64) {
	storeMin(&s.first, unix)
	storeMax(&s.last, unix)
	day := unix / (24 * 3600)
	if old := s.lastDay.Load(); old < day && s.lastDay.CompareAndSwap(old, day) {
		s.days.Add(1)
	}
}
