package cli

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate"
)

// Report says how an answer came about.
type Report struct {
	Response translate.Response // of the upstream
	Dialects []*dialect.File
	Passive  []string             // dialects that are recognised and left alone
	Site     []dialect.Row        // rows of the site that count for the dialect
	Trials   []translate.Trial    // of every dialect, in the order of detection
	Near     []translate.NearMiss // of those that some members are there of

	// What Note keeps; Code is nil where the response passed.
	Code    *translate.Code
	Dialect string
	match   translate.MatchKind
	native  string
	subcode string
	words   string // of the upstream
	message string // of the answer
	status  int    // of the error
	answer  int    // of the answer
	policy  translate.Policy
}

// Note keeps what an error was read as, while it is there.
func (r *Report) Note(t *translate.Translation, p *translate.Policy) {
	code := *t.Code
	r.Code, r.policy, r.match = &code, *p, t.Match
	r.Dialect, r.native, r.words = strings.Clone(t.Dialect), strings.Clone(t.Native), strings.Clone(t.Message)
	r.subcode = strings.Clone(t.Subcode())
	r.status, r.answer = t.Status, t.HTTPStatus(p)
	r.message = gjson.GetBytes(t.AppendCanonical(nil, p, translate.RenderParams{}), "error.message").String()
}

// maxFar is how many dialects are listed that came near and did not match.
const maxFar = 5

// Write prints the report.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	section := func(title string, lines ...string) {
		b.WriteString("\n" + title + "\n")
		for _, line := range lines {
			b.WriteString("  " + line + "\n")
		}
	}
	section("dialects", r.dialects()...)
	if r.Code == nil {
		section("passed", r.whyPassed())
	} else {
		section("code", r.wayToCode())
		section("status", r.wayToStatus())
		section("words", r.whoseWords())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// dialects has a line for each dialect that came near: the one that was taken,
// those that matched, and some that nearly did.
func (r *Report) dialects() (lines []string) {
	type line struct{ name, text string }
	var taken, matched, far []line
	winner := r.winner()
	for _, t := range r.Trials {
		switch {
		case r.isGuess(t.Dialect):
			if r.guessedBy(t) {
				taken = append(taken, line{t.Dialect, "taken, since no dialect matched: " + t.Reason})
			}
		case t.Dialect == winner && r.isPassive(winner):
			taken = append(taken, line{t.Dialect, "recognised, and left alone: " + t.Reason})
		case t.Dialect == winner:
			taken = append(taken, line{t.Dialect, "taken: " + t.Reason})
		case t.Matched:
			matched = append(matched, line{t.Dialect, "matched too: " + t.Reason})
		}
	}
	for _, n := range r.nearest() {
		far = append(far, line{n.Dialect, fmt.Sprintf("not: %s (%d of %s there)", r.reason(n.Dialect), n.Matched, count(n.Wanted, "member"))})
	}
	all := slices.Concat(taken, matched, far)
	if len(taken) == 0 {
		lines = append(lines, "(none)")
	}
	width := 0
	for _, l := range all {
		width = max(width, len(l.name))
	}
	for _, l := range all {
		lines = append(lines, fmt.Sprintf("%-*s  %s", width, l.name, l.text))
	}
	return lines
}

// guessedBy tells whether the body was read by these general rules.
func (r *Report) guessedBy(t translate.Trial) bool {
	return r.Code != nil && r.Dialect == "" && r.match == translate.ByGuess && t.Matched &&
		(r.native == "" || strings.Contains(t.Reason, strconv.Quote(r.native)))
}

// nearest are the dialects that did not match, those that lack least first.
func (r *Report) nearest() []translate.NearMiss {
	far := slices.DeleteFunc(slices.Clone(r.Near), func(n translate.NearMiss) bool {
		t := r.trial(n.Dialect)
		return t == nil || t.Matched || r.isGuess(n.Dialect)
	})
	slices.SortStableFunc(far, func(a, b translate.NearMiss) int {
		if lack := (a.Wanted - a.Matched) - (b.Wanted - b.Matched); lack != 0 {
			return lack
		}
		return b.Matched - a.Matched
	})
	return far[:min(len(far), maxFar)]
}

func (r *Report) trial(dialect string) *translate.Trial {
	i := slices.IndexFunc(r.Trials, func(t translate.Trial) bool { return t.Dialect == dialect })
	if i < 0 {
		return nil
	}
	return &r.Trials[i]
}

func (r *Report) reason(dialect string) string {
	if t := r.trial(dialect); t != nil {
		return t.Reason
	}
	return ""
}

func (r *Report) file(name string) *dialect.File {
	i := slices.IndexFunc(r.Dialects, func(f *dialect.File) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return r.Dialects[i]
}

func (r *Report) isGuess(dialect string) bool {
	f := r.file(dialect)
	return f != nil && f.General
}

func (r *Report) isPassive(dialect string) bool { return slices.Contains(r.Passive, dialect) }

// winner is the dialect that took the body: the first that matched and knew the
// code, else the first that matched.
func (r *Report) winner() string {
	if r.Code != nil {
		return r.Dialect
	}
	first := ""
	for _, t := range r.Trials {
		switch {
		case !t.Matched || r.isGuess(t.Dialect):
		case t.InTable:
			return t.Dialect
		case first == "":
			first = t.Dialect
		}
	}
	return first
}

// whyPassed says why the response went on as it came, as far as that can be told.
func (r *Report) whyPassed() string {
	winner := r.winner()
	if winner == "" {
		i := slices.IndexFunc(r.Near, func(n translate.NearMiss) bool { return n.Matched == n.Wanted && r.isPassive(n.Dialect) })
		if i >= 0 {
			return "`dialect auto` leaves " + r.Near[i].Dialect + " alone, which this looks like; `dialect all`, or its name, tries it"
		}
	}
	switch {
	case winner != "" && r.isPassive(winner):
		return "`dialect auto` leaves " + winner + " alone, whose clients read its errors by themselves; `dialect all`, or its name, translates it"
	case r.Response.Status < 400 && winner == "":
		return fmt.Sprintf("a %d is an error only where a dialect says that its errors ride on one", r.Response.Status)
	case winner == "":
		return "by its status or its media type it is no error to translate"
	}
	return "it is " + winner + ", but the status, the media type or `unmapped pass` lets it pass"
}

// wayToCode says by which row the native code led to the canonical one.
func (r *Report) wayToCode() string {
	native := r.native
	if native == "" {
		native = "(no code)"
	}
	way := native + " → " + r.Code.Name + ", "
	switch {
	case r.match == translate.ByStatus && r.Dialect == "":
		return way + fmt.Sprintf("the generic code of a %d", r.status)
	case r.match == translate.ByStatus:
		return way + fmt.Sprintf("the generic code of a %d: no row of %s fits", r.status, r.Dialect)
	case r.match == translate.ByGuess:
		return way + "by the general rules"
	}
	if row, ok := FindRow(r.Site, r.native, r.subcode, r.Response.Status, r.Code.Name); ok {
		return way + "by the row " + quoted(row) + " of this site"
	}
	f := r.file(r.Dialect)
	if f == nil {
		return way + "by " + r.Dialect
	}
	if f.Identity {
		return way + "since the codes of " + f.Name + " are canonical already"
	}
	row, ok := FindRow(f.Codes, r.native, r.subcode, r.Response.Status, r.Code.Name)
	if !ok {
		return way + "by the table of " + f.Name
	}
	return way + fmt.Sprintf("by the row %s of %s", quoted(row), f.Name)
}

// quoted spells a row as it stands in a file.
func quoted(row dialect.Row) string {
	text := row.Native + ": "
	if row.Status != 0 {
		text += fmt.Sprint(row.Status) + " "
	}
	text += row.Code
	if row.Force {
		text += " force"
	}
	return "`" + text + "`"
}

// wayToStatus says why the answer has its status.
func (r *Report) wayToStatus() string {
	from, to, own := r.status, r.answer, r.Code.Status
	switch {
	case from == to && own == to:
		return fmt.Sprintf("%d: that of the upstream, and that of %s", to, r.Code.Name)
	case from < 400 && to != own:
		return fmt.Sprintf("%d → %d: the error rides on a success, and has this status by its body or its dialect", from, to)
	case from != to:
		return fmt.Sprintf("%d → %d: that of %s", from, to, r.Code.Name)
	case r.policy.Status == translate.StatusUpstream:
		return fmt.Sprintf("%d, kept: the site says `status upstream`", to)
	case r.match != translate.ByTable:
		return fmt.Sprintf("%d, kept: only a code that a table knows changes the status", to)
	case from/100 != own/100:
		return fmt.Sprintf("%d, kept by a guard rail: %s has %d, and no error crosses from 4xx to 5xx or back", to, r.Code.Name, own)
	}
	return fmt.Sprintf("%d, kept by a guard rail: %s has %d, on which clients act by themselves", to, r.Code.Name, own)
}

// whoseWords says whose message the answer has, and why.
func (r *Report) whoseWords() string {
	switch {
	case r.words == "":
		return "ours: the upstream had none"
	case r.message == r.words:
		return "the upstream's"
	case r.policy.Message == translate.MessageCanonical:
		return "ours: the site says `message canonical`"
	case r.status >= 500 || r.answer >= 500:
		return "ours: those of a 5xx are not passed on"
	}
	return "ours: the upstream's do not read like a sentence for people"
}
