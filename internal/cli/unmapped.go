package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/learn"
	"github.com/koine-proxy/koine/ledger"
	"github.com/koine-proxy/koine/translate"
)

// UnmappedError is an error that no table knows, for people and scripts.
type UnmappedError struct {
	ID        string         `json:"id"`
	Site      string         `json:"site"`
	Route     string         `json:"route,omitempty"`
	Dialect   string         `json:"dialect,omitempty"`
	Code      string         `json:"code"`             // the native code, or the message with stars in place of what varies
	Masked    bool           `json:"masked,omitempty"` // Code is such a message
	Status    int            `json:"status"`           // of the upstream
	Count     int64          `json:"count"`            // or at most MaxError less
	MaxError  int64          `json:"max_error,omitempty"`
	FirstSeen time.Time      `json:"first_seen"`
	LastSeen  time.Time      `json:"last_seen"`
	Trend     []ledger.Hour  `json:"trend,omitempty"`
	State     ledger.State   `json:"state"`
	Reason    string         `json:"reason,omitempty"` // why it is ignored
	Canonical string         `json:"canonical"`        // the code of the last answer
	Match     string         `json:"match"`            // how that was found
	Proposed  string         `json:"proposed,omitempty"`
	Why       string         `json:"why,omitempty"` // the reason for the proposal; "" if it is nearly certain
	Row       string         `json:"row,omitempty"` // of a mapping file
	Sample    *ledger.Sample `json:"sample,omitempty"`
}

// DescribeUnmapped returns the errors in a snapshot that no table knows, the most frequent
// one first. The states must be set. taxonomy returns the taxonomy of a site.
func DescribeUnmapped(s *ledger.Snapshot, taxonomy func(site string) *translate.Taxonomy, general *dialect.File) []UnmappedError {
	out := []UnmappedError{}
	proposers := map[*translate.Taxonomy]learn.Proposer{}
	for i := range s.Entries {
		e := &s.Entries[i]
		if !e.IsUnmapped() {
			continue
		}
		t := taxonomy(e.Site)
		p, ok := proposers[t]
		if !ok {
			p = learn.NewProposer(t, general)
			proposers[t] = p
		}
		out = append(out, describeUnmapped(e, t, p))
	}
	setRows(out)
	return out
}

func describeUnmapped(e *ledger.Entry, t *translate.Taxonomy, p learn.Proposer) UnmappedError {
	u := UnmappedError{
		ID: e.ID, Site: e.Site, Route: e.Route, Dialect: e.Dialect, Code: e.Code, Masked: e.Masked, Status: e.Status,
		Count: e.Count, MaxError: e.MaxError, FirstSeen: time.Unix(e.First, 0).UTC(), LastSeen: time.Unix(e.Last, 0).UTC(), Trend: e.Trend,
		State: e.State, Reason: e.Reason, Canonical: e.Canonical, Match: e.Match, Sample: e.Sample,
	}
	message := ""
	if e.Sample != nil {
		message = e.Sample.Message
	}
	native := e.Code
	if e.Masked {
		native, message = "", e.Code
	}
	u.Proposed, u.Why = p.Propose(native, max(e.Status, 400), message)
	if u.Why != "" && e.Match == string(translate.ByGuess) && t.Lookup(e.Canonical) != nil {
		u.Proposed, u.Why = e.Canonical, "general rules read it so"
	}
	return u
}

// setRows sets the row of each error. A code that comes with several statuses has one row,
// unless the proposals differ: then the less frequent ones are for their status.
func setRows(list []UnmappedError) {
	first := map[[2]string]string{} // the proposal of the row without a status
	for i := range list {
		u := &list[i]
		if u.Masked || !learn.CanBeRow(u.Code) {
			continue
		}
		key, k := u.Code, [2]string{u.Dialect, u.Code}
		if proposed, ok := first[k]; ok && proposed != u.Proposed {
			key += "@" + strconv.Itoa(u.Status)
		} else {
			first[k] = u.Proposed
		}
		u.Row = yamlfile.WriteRow(key, u.Proposed)
	}
}

// UnmappedFormat is how unmapped errors are printed.
type UnmappedFormat uint8

// The formats.
const (
	UnmappedTable UnmappedFormat = iota
	UnmappedRows                 // rows of mapping files
	UnmappedJSON
)

// Unmapped prints unmapped errors.
func Unmapped(s Streams, list []UnmappedError, format UnmappedFormat) Status {
	switch format {
	case UnmappedJSON:
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			s.logf("%v", err)
			return InvalidInput
		}
		return s.print(string(text) + "\n")
	case UnmappedRows:
		return s.print(Rows(list))
	}
	if len(list) == 0 {
		s.logf("every code that was seen is in a table, or nothing was seen yet")
		return OK
	}
	return s.print(tableOf(list))
}

func tableOf(list []UnmappedError) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "COUNT\tSTATUS\tSITE\tDIALECT\tCODE\tLAST SEEN (UTC)\tSTATE\tPROPOSED")
	for i := range list {
		u := &list[i]
		count := strconv.FormatInt(u.Count, 10)
		if u.MaxError > 0 {
			count = "≤" + count
		}
		code := u.Code
		if u.Masked {
			code = strconv.Quote(code)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", count, u.Status, cmp.Or(u.Site, "-"), cmp.Or(u.Dialect, "-"), printable(code), u.LastSeen.Format(time.DateTime), u.State, u.Proposed)
	}
	_ = w.Flush() // into memory
	return b.String()
}

// printable returns a text without what a terminal would obey.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}

// Rows returns the rows of all errors that are not ignored, to be pasted below `codes:`.
// What cannot be a row is a comment.
func Rows(list []UnmappedError) string {
	var b strings.Builder
	for _, name := range dialectsOf(list) {
		if name == "" {
			b.WriteString("  # Without a dialect: for `map *` in the Caddyfile, or a mapping file that learn drafts.\n")
		} else {
			b.WriteString("  # For the dialect " + name + ":\n")
		}
		written := map[string]bool{}
		for i := range list {
			u := &list[i]
			if u.Dialect != name || u.State == ledger.StateIgnored {
				continue
			}
			line := u.Row + "  # " + u.comment()
			if u.Row == "" {
				line = "# no row for " + strconv.Quote(u.Code) + ", " + u.times()
			}
			if key := cmp.Or(u.Row, line); !written[key] {
				written[key] = true
				b.WriteString("  " + line + "\n")
			}
		}
	}
	return b.String()
}

// comment says how often the error was seen, and why its code is proposed.
func (u *UnmappedError) comment() string {
	text := u.times()
	if u.Why != "" {
		text += ", review: " + u.Why
	}
	return text
}

func (u *UnmappedError) times() string {
	return strconv.FormatInt(u.Count, 10) + "× " + strconv.Itoa(u.Status)
}

// dialectsOf returns the dialects of the errors that are not ignored, in a fixed order.
func dialectsOf(list []UnmappedError) (names []string) {
	for i := range list {
		if list[i].State != ledger.StateIgnored {
			names = append(names, list[i].Dialect)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
