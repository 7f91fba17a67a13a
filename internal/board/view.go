// Package board renders the migration board: pages about what was seen of upstreams' errors,
// and whether sites can be switched. It reads snapshots of the ledger, and has no network, no
// clock and no state.
package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/koine-proxy/koine/internal/cli"
	"github.com/koine-proxy/koine/ledger"
)

// Input is what the board is about.
type Input struct {
	Now       time.Time
	Revision  string           // changes with everything that the page shows
	Snapshot  *ledger.Snapshot // with its states set
	Unmapped  []cli.UnmappedError
	Instances int    // whose ledgers are in the snapshot
	Loads     []Load // the last load of each site
	Sites     []string
	Query     Query
	Notice    Notice
}

// Load is the last load of the tables of a site.
type Load struct {
	Site    string
	Time    time.Time // of the last one
	Success time.Time // of the last one that succeeded
	Faults  []string  // of the last one; none if it succeeded
}

// Query is which unmapped errors are listed.
type Query struct {
	Text string // part of a code, site, dialect, route or proposal
	Site string
	All  bool // also beyond maxRows
}

// Notice is what the page says about the last action of the reader.
type Notice struct {
	Text string
	Bad  bool
}

// maxRows is the number of unmapped errors on a page, unless the reader wants all.
const maxRows = 25

// view is what the template of the overview shows.
type view struct {
	Input
	Answer    ledger.Answer // of all dialects together
	Headline  string
	Errors    int64 // that have a code or a message
	Share     float64
	Codes     int // that wait for a decision
	Waiting   int
	Days      int64
	Since     time.Time
	Ready     []ready
	Rows      []cli.UnmappedError
	Matching  int // rows that the query selects
	Decided   int // ignored errors
	Changes   []change
	Chart     *chart
	Differing []differing
	Form      Trial // an empty one
}

// ready is the readiness of one dialect of a site, with that of its routes.
type ready struct {
	ledger.Readiness
	Routes []ledger.Readiness
}

// newView computes what the overview shows.
func newView(in Input) *view {
	v := &view{Input: in, Since: time.Unix(in.Snapshot.Since, 0)}
	v.addReadiness()
	v.Headline = v.headline()
	for i := range in.Unmapped {
		if in.Unmapped[i].State == ledger.StateIgnored {
			v.Decided++
		} else {
			v.Codes++
		}
	}
	v.selectRows()
	v.Changes = changesOf(&in)
	for i := range in.Snapshot.Entries {
		if in.Snapshot.Entries[i].State == ledger.StateWaiting {
			v.Waiting++
		}
	}
	v.Chart = newChart(in.Snapshot, in.Now)
	v.Differing = differingOf(in.Snapshot)
	v.Form = Trial{Sites: in.Sites, Site: in.Query.Site}
	return v
}

func (v *view) addReadiness() {
	routes := map[[2]string][]ledger.Readiness{}
	for _, r := range v.Snapshot.ReadinessByRoute() {
		k := [2]string{r.Site, r.Dialect}
		routes[k] = append(routes[k], r)
	}
	var mapped int64
	for _, r := range v.Snapshot.Readiness() {
		if r.Errors+r.Bare <= 0 {
			continue
		}
		one := ready{Readiness: r}
		if list := routes[[2]string{r.Site, r.Dialect}]; len(list) > 1 || len(list) == 1 && list[0].Route != "" {
			one.Routes = list
		}
		v.Ready = append(v.Ready, one)
		v.Errors += r.Errors
		mapped += r.Mapped
		v.Days = max(v.Days, r.Days)
	}
	if v.Errors > 0 {
		v.Share = float64(mapped) / float64(v.Errors)
	}
	// What stops the switch comes first.
	rank := map[ledger.Answer]int{ledger.AnswerNo: 0, ledger.AnswerNotYet: 1, ledger.AnswerYes: 2}
	slices.SortStableFunc(v.Ready, func(a, b ready) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), rank[a.Answer]-rank[b.Answer], cmp.Compare(b.Errors, a.Errors))
	})
}

// headline answers for everything that was seen.
func (v *view) headline() string {
	counts := map[ledger.Answer]int{}
	for i := range v.Ready {
		counts[v.Ready[i].Answer]++
	}
	no, notYet, yes := counts[ledger.AnswerNo], counts[ledger.AnswerNotYet], counts[ledger.AnswerYes]
	switch {
	case len(v.Ready) == 0:
		return "No error of an upstream was seen yet."
	case no > 0:
		v.Answer = ledger.AnswerNo
		return capital(of(no, len(v.Ready), "dialect")) + " " + hasOrHave(no) + " errors that are not mapped, or that would change their status class."
	case notYet > 0:
		v.Answer = ledger.AnswerNotYet
		return "Everything maps, but " + of(notYet, len(v.Ready), "dialect") + " " + hasOrHave(notYet) + " too few errors or days to rely on."
	}
	v.Answer = ledger.AnswerYes
	if yes == 1 {
		return "The dialect that was seen can be switched."
	}
	return "All " + thousands(int64(yes)) + " dialects that were seen can be switched."
}

// selectRows selects the unmapped errors of the query. Ignored ones come last.
func (v *view) selectRows() {
	text := strings.ToLower(strings.TrimSpace(v.Query.Text))
	for i := range v.Unmapped {
		u := &v.Unmapped[i]
		if v.Query.Site != "" && u.Site != v.Query.Site {
			continue
		}
		if text == "" || strings.Contains(strings.ToLower(strings.Join([]string{u.Code, u.Site, u.Dialect, u.Route, u.Proposed, string(u.State)}, "\n")), text) {
			v.Rows = append(v.Rows, *u)
		}
	}
	slices.SortStableFunc(v.Rows, func(a, b cli.UnmappedError) int {
		return boolRank(a.State == ledger.StateIgnored) - boolRank(b.State == ledger.StateIgnored)
	})
	v.Matching = len(v.Rows)
	if !v.Query.All {
		v.Rows = v.Rows[:min(len(v.Rows), maxRows)]
	}
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// change is what is different in one site since the last load of its tables.
type change struct {
	Load
	New, Waiting, CameBack []*ledger.Entry
}

// changesOf returns what is different in each site that loads tables. Errors of sites of
// other instances, whose loads are not known, are left out.
func changesOf(in *Input) []change {
	out := make([]change, 0, len(in.Loads))
	for _, load := range in.Loads {
		c := change{Load: load}
		since := load.Success.Unix()
		for i := range in.Snapshot.Entries {
			e := &in.Snapshot.Entries[i]
			switch {
			case e.Site != load.Site:
			case e.State == ledger.StateNew && e.First >= since:
				c.New = append(c.New, e)
			case e.State == ledger.StateWaiting:
				c.Waiting = append(c.Waiting, e)
			case e.State == ledger.StateCameBack:
				c.CameBack = append(c.CameBack, e)
			}
		}
		out = append(out, c)
	}
	return out
}

// differing is an error whose answer differs from it.
type differing struct {
	*ledger.Entry
	What []difference
}

// difference is one kind of difference, and how often it occurred.
type difference struct {
	Name  string
	Count int64
	Grave bool // clients that only look at the status notice it
}

// differenceNames are the differences that a reader has to know of, the gravest one first.
var differenceNames = []struct{ key, name string }{
	{"class_changed", "status class"}, {"status_changed", "status"}, {"fields_lost", "fields lost"}, {"fields_gained", "fields gained"},
	{"words_replaced", "words replaced"}, {"header_changed", "header"},
}

func differencesOf(e *ledger.Entry) (out []difference) {
	for i, d := range differenceNames {
		if n := e.Changes[d.key]; n > 0 {
			out = append(out, difference{d.name, n, i < 3})
		}
	}
	return out
}

// maxDiffering is the number of differing errors on the page.
const maxDiffering = 12

// differingOf returns the errors whose answers differ most gravely.
func differingOf(s *ledger.Snapshot) (out []differing) {
	for i := range s.Entries {
		if what := differencesOf(&s.Entries[i]); len(what) > 0 {
			out = append(out, differing{&s.Entries[i], what})
		}
	}
	gravity := func(d differing) int {
		return slices.IndexFunc(differenceNames, func(n struct{ key, name string }) bool { return n.name == d.What[0].Name })
	}
	slices.SortStableFunc(out, func(a, b differing) int { return gravity(a) - gravity(b) })
	return out[:min(len(out), maxDiffering)]
}
