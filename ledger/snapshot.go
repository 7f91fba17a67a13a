package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Snapshot is a ledger at one moment: what is saved, merged and shown.
type Snapshot struct {
	Version int      `json:"version"`
	Run     string   `json:"run"`              // the run of the process that made it
	Merged  []string `json:"merged,omitempty"` // earlier runs whose counts are in it
	Saved   int64    `json:"saved"`            // Unix seconds
	Since   int64    `json:"since"`            // Unix seconds
	Closed  bool     `json:"closed,omitempty"` // the process has ended

	Sites     []SiteTotals `json:"sites"`
	Strata    []Stratum    `json:"strata"`
	Entries   []Entry      `json:"entries"`
	Ignored   []Decision   `json:"ignored,omitempty"`
	Forgotten []Decision   `json:"forgotten,omitempty"`
}

// SnapshotVersion is the version of the format of snapshots.
const SnapshotVersion = 1

// SiteTotals are the totals of a site.
type SiteTotals struct {
	Site    string `json:"site"`
	Answers int64  `json:"answers"` // responses of any status
	// Routes are the answers by route, "" for none: exact for the first 1,024 of a process,
	// and estimated from one in 64 of the others.
	Routes map[string]int64 `json:"routes,omitempty"`
	// Floor is how often an error that is not among the entries may have occurred.
	Floor int64 `json:"floor,omitempty"`
}

// Stratum are the totals of one dialect on one route of a site.
type Stratum struct {
	Site     string           `json:"site"`
	Route    string           `json:"route,omitempty"`
	Dialect  string           `json:"dialect,omitempty"`
	Origin   string           `json:"origin,omitempty"` // OriginProxy: handlers of Caddy returned the errors
	Errors   int64            `json:"errors"`
	Mapped   int64            `json:"mapped"`             // a table had the code
	Guessed  int64            `json:"guessed"`            // general rules had it
	Fallback int64            `json:"fallback"`           // the status alone was known
	Returned int64            `json:"returned,omitempty"` // handlers of Caddy returned them
	Bare     int64            `json:"bare,omitempty"`     // not mapped, without a code and a message: there is nothing to map
	Changes  map[string]int64 `json:"changes,omitempty"`
	Days     int64            `json:"days"` // on which there was an error
	First    int64            `json:"first"`
	Last     int64            `json:"last"`

	ErrorsByHour   []Hour `json:"errors_by_hour,omitempty"`
	UnmappedByHour []Hour `json:"unmapped_by_hour,omitempty"`
}

// Entry is what is known about one error.
type Entry struct {
	ID       string `json:"id"`
	Site     string `json:"site"`
	Route    string `json:"route,omitempty"`
	Dialect  string `json:"dialect,omitempty"`
	Code     string `json:"code,omitempty"`     // the native code, or the mask of a message
	Masked   bool   `json:"masked,omitempty"`   // Code is a mask
	Grouping int    `json:"grouping,omitempty"` // the version of the rule for masks
	Status   int    `json:"status"`             // of the upstream
	Origin   string `json:"origin,omitempty"`   // as in Stratum

	// Count is how often the error occurred, or at most MaxError less often.
	Count    int64 `json:"count"`
	MaxError int64 `json:"max_error,omitempty"`
	Mapped   int64 `json:"mapped,omitempty"` // of these, as in Stratum
	Guessed  int64 `json:"guessed,omitempty"`
	Fallback int64 `json:"fallback,omitempty"`
	Returned int64 `json:"returned,omitempty"`

	First int64  `json:"first"` // Unix seconds
	Last  int64  `json:"last"`
	Trend []Hour `json:"trend,omitempty"` // the last 24 hours

	Canonical string           `json:"canonical,omitempty"` // the code of the last answer
	Match     string           `json:"match"`               // how it was found
	Evidence  string           `json:"evidence,omitempty"`
	Observed  bool             `json:"observed,omitempty"` // the last answer was not sent
	Changes   map[string]int64 `json:"changes,omitempty"`
	Sample    *Sample          `json:"sample,omitempty"`

	State    State     `json:"state"`
	Reason   string    `json:"reason,omitempty"` // why it is ignored
	Proposal *Proposal `json:"proposal,omitempty"`
}

// Proposal is a canonical code for an error that no table has.
type Proposal struct {
	Code string `json:"code"`
	Why  string `json:"why"`
	Row  string `json:"row,omitempty"` // of a mapping file
}

// Lookup returns the canonical code that the tables of a site have now for an error, if
// they have it.
type Lookup func(e *Entry) (code string, known bool)

// Snapshot returns what the ledger has. now is the time in Unix seconds.
func (l *Ledger) Snapshot(now int64) *Snapshot {
	out := &Snapshot{Version: SnapshotVersion, Run: l.run, Saved: now}
	floors := map[*Site]int64{}
	for i := range l.shards {
		l.shards[i].snapshot(out, floors, now)
	}
	l.mu.RLock()
	defer l.mu.RUnlock()
	out.Since, out.Merged = l.since, slices.Clone(l.merged)
	for _, s := range l.sites {
		out.Sites = append(out.Sites, SiteTotals{Site: s.name, Answers: s.answers.Load(), Routes: s.routeTotals(), Floor: floors[s]})
	}
	for _, s := range l.strata {
		out.Strata = append(out.Strata, s.snapshot(now))
	}
	for _, d := range l.ignored {
		out.Ignored = append(out.Ignored, d)
	}
	for _, d := range l.forgotten {
		out.Forgotten = append(out.Forgotten, d)
	}
	out.sort()
	return out
}

// snapshot adds the entries of a shard.
func (s *shard) snapshot(out *Snapshot, floors map[*Site]int64, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for site, g := range s.groups {
		floors[site] = max(floors[site], g.floor)
		for _, e := range g.heap {
			out.Entries = append(out.Entries, e.snapshot(now))
		}
	}
}

func (e *entry) snapshot(now int64) Entry {
	out := Entry{
		Site: e.site.name, Route: e.route, Dialect: e.dialect, Code: e.code, Masked: e.masked, Status: e.status,
		MaxError: e.inherited, Mapped: e.seenBy(ByTable), Guessed: e.seenBy(ByGuess), Fallback: e.seenBy(ByStatus), Returned: e.seenBy(Returned),
		Origin: originOf(e.returned), First: e.first.Load(), Last: e.last.Load(), Trend: hours(e.trend[:], now), Changes: e.changes.snapshot(), Sample: e.sample.Load(),
	}
	out.Count = out.MaxError + out.Mapped + out.Guessed + out.Fallback + out.Returned
	if e.masked {
		out.Grouping = e.grouping
	}
	if r := e.reading.Load(); r != nil {
		out.Canonical, out.Match, out.Evidence, out.Observed = r.canonical, r.match.String(), r.evidence, r.observed
	}
	out.ID = out.id()
	return out
}

// id identifies the same error in all ledgers.
func (e *Entry) id() string {
	kind := "code"
	if e.Masked {
		kind = "mask" + strconv.Itoa(e.Grouping)
	}
	if e.Origin != "" {
		kind = e.Origin
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{e.Site, e.Route, e.Dialect, strconv.Itoa(e.Status), kind, e.Code}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

func (s *stratum) snapshot(now int64) Stratum {
	out := Stratum{
		Site: s.site.name, Route: s.route, Dialect: s.dialect, Origin: originOf(s.returned),
		Mapped: s.seen[ByTable].Load(), Guessed: s.seen[ByGuess].Load(), Fallback: s.seen[ByStatus].Load(), Returned: s.seen[Returned].Load(), Bare: s.bare.Load(),
		Changes: s.changes.snapshot(), Days: s.days.Load(), First: s.first.Load(), Last: s.last.Load(),
		ErrorsByHour: hours(s.errors[:], now), UnmappedByHour: hours(s.unmapped[:], now),
	}
	out.Errors = out.Mapped + out.Guessed + out.Fallback + out.Returned
	return out
}

// sort brings everything into a fixed order: entries by their count.
func (s *Snapshot) sort() {
	slices.SortFunc(s.Sites, func(a, b SiteTotals) int { return cmp.Compare(a.Site, b.Site) })
	slices.SortFunc(s.Strata, func(a, b Stratum) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Dialect, b.Dialect), cmp.Compare(a.Origin, b.Origin))
	})
	slices.SortFunc(s.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Site, b.Site), cmp.Compare(a.Dialect, b.Dialect), cmp.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	for _, list := range [...][]Decision{s.Ignored, s.Forgotten} {
		slices.SortFunc(list, func(a, b Decision) int { return cmp.Compare(a.ID, b.ID) })
	}
}
