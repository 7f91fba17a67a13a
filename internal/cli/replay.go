package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate"
)

// Outcome is what a client gets for one response of an upstream.
type Outcome struct {
	Decision *translate.Decision // nil if the response passed through
	Status   int
	Header   map[string][]string
	Body     []byte
}

// mapped reports whether a table has the code.
func (o *Outcome) mapped() bool { return o.Decision != nil && o.Decision.Match == translate.ByTable }

// summary returns what a report tells of an outcome.
func (o *Outcome) summary() answerSummary {
	s := answerSummary{Status: o.Status, Passed: o.Decision == nil}
	if d := o.Decision; d != nil {
		s.Code, s.Match, s.Dialect = d.Code.Name, string(d.Match), translate.Title(d.Dialect, d.Variant)
		s.Message = clip(cmp.Or(gjson.GetBytes(o.Body, "error.message").Str, gjson.GetBytes(o.Body, "detail").Str))
	}
	return s
}

// answerSummary is an outcome in a report.
type answerSummary struct {
	Passed  bool   `json:"passed"` // through, unchanged
	Status  int    `json:"status"`
	Code    string `json:"code,omitempty"`
	Match   string `json:"match,omitempty"`
	Dialect string `json:"dialect,omitempty"`
	Message string `json:"message,omitempty"`
}

// Replay compares the outcomes of captured responses under two sets of tables.
type Replay struct {
	responses, errors, changed, regressed int
	changes                               []*replayChange
	byKey                                 map[string]*replayChange
}

// replayChange is a change that is the same for one or more responses.
type replayChange struct {
	Kinds      []string        `json:"kinds"`
	Regression bool            `json:"regression"` // the exit status is 1
	Count      int             `json:"count"`
	First      string          `json:"first"` // the name of the first response
	Upstream   upstreamSummary `json:"upstream"`
	Before     answerSummary   `json:"before"`
	After      answerSummary   `json:"after"`
	Parts      []string        `json:"parts"` // of the answer that differ
}

type upstreamSummary struct {
	Status int    `json:"status"`
	Code   string `json:"code,omitempty"` // as the tables after the change read it or, if they do not, those before
}

// maxChanges bounds the number of changes in a report. Further ones are counted.
const maxChanges = 1000

// Add compares the outcomes of one response, whose name says where it was captured.
func (r *Replay) Add(name string, status int, before, after Outcome) {
	r.responses++
	if status >= 400 || before.Decision != nil || after.Decision != nil {
		r.errors++
	}
	c := compare(status, &before, &after)
	if c == nil {
		return
	}
	r.changed++
	if c.Regression {
		r.regressed++
	}
	key := c.key()
	if known := r.byKey[key]; known != nil {
		known.Count++
		return
	}
	if len(r.changes) == maxChanges {
		return
	}
	if r.byKey == nil {
		r.byKey = map[string]*replayChange{}
	}
	c.First, c.Count = name, 1
	r.byKey[key] = c
	r.changes = append(r.changes, c)
}

// compare returns the change between two outcomes, or nil if they are equal.
func compare(status int, before, after *Outcome) *replayChange {
	parts := differingParts(before, after)
	c := &replayChange{Before: before.summary(), After: after.summary(), Parts: parts}
	c.Upstream = upstreamSummary{status, nativeCode(after, before)}
	for _, k := range []struct {
		name         string
		changed      bool
		isRegression bool
	}{
		{"unmapped", before.mapped() && !after.mapped(), true},
		{"class", before.Status/100 != after.Status/100, true},
		{"mapped", !before.mapped() && after.mapped(), false},
		{"code", c.Before.Code != c.After.Code, false},
		{"status", before.Status != after.Status, false},
		{"dialect", c.Before.Dialect != c.After.Dialect, false},
		{"message", c.Before.Message != c.After.Message, false},
	} {
		if k.changed {
			c.Kinds = append(c.Kinds, k.name)
			c.Regression = c.Regression || k.isRegression
		}
	}
	if len(c.Kinds) > 0 {
		return c
	}
	if len(parts) == 0 && c.Before == c.After {
		return nil
	}
	c.Kinds = []string{"answer"}
	return c
}

func nativeCode(outcomes ...*Outcome) string {
	for _, o := range outcomes {
		if o.Decision != nil && o.Decision.Native != "" {
			return clip(o.Decision.Native)
		}
	}
	return ""
}

// maxText bounds the texts of an upstream in a report.
const maxText = 200

// clip returns a text on one line, without control characters.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "?")), " ")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + "…"
	}
	return s
}

// key identifies equal changes. Messages often differ from one response to the next.
func (c *replayChange) key() string {
	before, after := c.Before, c.After
	before.Message, after.Message = "", ""
	return fmt.Sprintf("%q %q %v %v %v", c.Kinds, c.Parts, c.Upstream, before, after)
}

// sorted returns the changes, regressions first, then by their number.
func (r *Replay) sorted() []*replayChange {
	sorted := slices.Clone(r.changes)
	slices.SortStableFunc(sorted, func(a, b *replayChange) int {
		return cmp.Or(rank(a)-rank(b), b.Count-a.Count)
	})
	return sorted
}

func rank(c *replayChange) int {
	if c.Regression {
		return 0
	}
	return 1
}

// Report prints the changes, and returns the exit status: InvalidInput if a response became
// unmapped or changed the class of its status.
func (r *Replay) Report(s Streams, asJSON bool) Status {
	text := r.text()
	if asJSON {
		text = r.json()
	}
	if status := s.print(text); status != OK {
		return status
	}
	s.logf("%s", r.total())
	if r.regressed > 0 {
		return InvalidInput
	}
	return OK
}

func (r *Replay) total() string {
	total := fmt.Sprintf("%s, %s: ", count(r.responses, "response"), count(r.errors, "error"))
	if r.changed == 0 {
		return total + "no changes"
	}
	total += count(r.changed, "answer") + " would change"
	if r.regressed > 0 {
		total += fmt.Sprintf(", %d of them would be unmapped or change the class of the status", r.regressed)
	}
	return total
}
