package ledger

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Readiness says for one dialect of a site whether its clients can be switched to the
// answers.
type Readiness struct {
	Site    string `json:"site"`
	Dialect string `json:"dialect,omitempty"`
	Route   string `json:"route,omitempty"` // of one route; "" also for all of them

	Errors   int64 `json:"errors"`             // that have a code or a message
	Mapped   int64 `json:"mapped"`             // of these, by the tables in force now
	Ignored  int64 `json:"ignored,omitempty"`  // of these, errors that need no row
	Unmapped int64 `json:"unmapped,omitempty"` // of these, the rest
	Bare     int64 `json:"bare,omitempty"`     // in addition: errors with nothing but a status

	// Share is Mapped / Errors. Errors that the ledger does not keep count as unmapped.
	Share float64 `json:"share"`

	ClassChanged int64   `json:"class_changed"` // errors whose answer has another class of status
	ClassBound   float64 `json:"class_bound"`   // see UpperBound
	Days         int64   `json:"days"`          // on which there was an error, at least
	First        int64   `json:"first"`         // Unix seconds
	Last         int64   `json:"last"`

	Answer Answer `json:"answer"`
	Words  string `json:"words"`
}

// Answer is the answer to the question whether a site can be switched.
type Answer string

// The answers.
const (
	AnswerYes    Answer = "yes"
	AnswerNotYet Answer = "not_yet" // too few errors, or too few days
	AnswerNo     Answer = "no"      // something is not mapped, or changes its class of status
)

// What it takes for a yes.
const (
	minDays  = 7    // every day of a week
	maxBound = 0.01 // of the share of errors that change their class of status
)

// Readiness returns the readiness of every dialect of every site. The states must be set.
func (s *Snapshot) Readiness() []Readiness { return s.readiness(false) }

// ReadinessByRoute returns the readiness of every dialect on every route of every site. The
// states must be set.
func (s *Snapshot) ReadinessByRoute() []Readiness { return s.readiness(true) }

func (s *Snapshot) readiness(byRoute bool) []Readiness {
	keyOf := func(site, dialect, route string) [3]string {
		if !byRoute {
			route = ""
		}
		return [3]string{site, dialect, route}
	}
	byKey := map[[3]string]*Readiness{}
	for i := range s.Strata {
		t := &s.Strata[i]
		if t.Origin == OriginProxy { // the answer has the status of the error: there is nothing to be ready for
			continue
		}
		k := keyOf(t.Site, t.Dialect, t.Route)
		r := byKey[k]
		if r == nil {
			r = &Readiness{Site: t.Site, Dialect: t.Dialect, Route: k[2], First: t.First}
			byKey[k] = r
		}
		r.add(t)
	}
	for i := range s.Entries {
		e := &s.Entries[i]
		if r := byKey[keyOf(e.Site, e.Dialect, e.Route)]; r != nil {
			r.adjust(e)
		}
	}
	out := make([]Readiness, 0, len(byKey))
	for _, r := range byKey {
		r.decide()
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Readiness) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Dialect, b.Dialect), cmp.Compare(a.Route, b.Route))
	})
	return out
}

// add adds the totals of a stratum.
func (r *Readiness) add(t *Stratum) {
	r.Errors += t.Errors - t.Bare
	r.Bare += t.Bare
	r.Mapped += t.Mapped
	r.ClassChanged += t.Changes[changeNames[2]]
	r.Days = max(r.Days, t.Days)
	r.First, r.Last = min(r.First, t.First), max(r.Last, t.Last)
}

// adjust corrects the counts by what the tables in force have for an entry.
func (r *Readiness) adjust(e *Entry) {
	switch unmapped := e.Guessed + e.Fallback; e.State {
	case StateWaiting, StateKnown, StateWillMap:
		r.Mapped += unmapped // a table has it by now
	case StateIgnored:
		r.Ignored += unmapped
	}
	if e.IsUnmapped() {
		r.Mapped -= e.Mapped // the table that had it is gone
	}
}

// decide computes the answer from the counts.
func (r *Readiness) decide() {
	r.Mapped = max(0, min(r.Mapped, r.Errors))
	r.Ignored = min(r.Ignored, r.Errors-r.Mapped)
	r.Unmapped = r.Errors - r.Mapped - r.Ignored
	if r.Errors > 0 {
		r.Share = float64(r.Mapped) / float64(r.Errors)
	}
	all := r.Errors + r.Bare
	r.ClassBound = UpperBound(r.ClassChanged, all)
	var words []string
	if r.Errors > 0 {
		words = append(words, fmt.Sprintf("%s of %s errors would map", percent(r.Share, math.Floor), thousands(r.Errors)))
	}
	if all > 0 {
		words = append(words, fmt.Sprintf("%s of %s would lose their status class: below %s at %s", thousands(r.ClassChanged), thousands(all), percent(r.ClassBound, math.Ceil), percent(Confidence, math.Floor)))
	}
	days := "days"
	if r.Days == 1 {
		days = "day"
	}
	words = append(words, fmt.Sprintf("seen on %d %s", r.Days, days))
	r.Words = strings.Join(words, "; ")
	switch {
	case r.Unmapped > 0 || r.ClassChanged > 0:
		r.Answer = AnswerNo
	case r.Days < minDays || r.ClassBound > maxBound:
		r.Answer = AnswerNotYet
	default:
		r.Answer = AnswerYes
	}
}

// percent returns a share with two significant digits at most, rounded to the careful side.
func percent(share float64, round func(float64) float64) string {
	p := share * 100
	scale := 1.0
	for ; p*scale < 10 && p > 0 && scale < 1e4; scale *= 10 {
	}
	if p >= 10 {
		scale = 10
	} else {
		scale /= 10 // one significant digit
		scale = math.Max(scale, 1)
	}
	return strconv.FormatFloat(round(math.Round(p*scale*1e6)/1e6)/scale, 'f', -1, 64) + " %"
}

// thousands returns a number with commas.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
