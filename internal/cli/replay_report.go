package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// text returns the report for people.
func (r *Replay) text() string {
	var b strings.Builder
	for _, c := range r.sorted() {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		c.write(&b)
	}
	return b.String()
}

// write writes a change: what it is, which responses it is about, and the differences.
func (c *replayChange) write(b *strings.Builder) {
	where := c.First
	if c.Count > 1 {
		where = fmt.Sprintf("%s, first %s", count(c.Count, "response"), c.First)
	}
	fmt.Fprintf(b, "%s: %s\n", strings.Join(c.Kinds, ", "), where)
	code := c.Upstream.Code
	if code == "" {
		code = "(no code)"
	}
	fmt.Fprintf(b, "  upstream  %d %s\n", c.Upstream.Status, code)
	for _, line := range []struct{ name, before, after string }{
		{"code", orPassed(c.Before.Code), orPassed(c.After.Code)},
		{"status", fmt.Sprint(c.Before.Status), fmt.Sprint(c.After.Status)},
		{"match", c.Before.Match, c.After.Match},
		{"dialect", c.Before.Dialect, c.After.Dialect},
		{"message", c.Before.Message, c.After.Message},
	} {
		if line.before != line.after {
			fmt.Fprintf(b, "  %-8s  %s → %s\n", line.name, orNone(line.before), orNone(line.after))
		}
	}
	if slices.Equal(c.Kinds, []string{"answer"}) {
		fmt.Fprintf(b, "  differs   %s\n", strings.Join(c.Parts, ", "))
	}
}

func orPassed(code string) string {
	if code == "" {
		return "(passes through)"
	}
	return code
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

// replayReport is the report as JSON.
type replayReport struct {
	Responses   int             `json:"responses"`
	Errors      int             `json:"errors"`
	Changed     int             `json:"changed"`
	Regressions int             `json:"regressions"`
	Changes     []*replayChange `json:"changes"`
}

func (r *Replay) json() string {
	report := replayReport{r.responses, r.errors, r.changed, r.regressed, r.sorted()}
	if report.Changes == nil {
		report.Changes = []*replayChange{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	_ = e.Encode(report) // cannot fail
	return b.String()
}

// maxParts bounds the number of parts that a change lists.
const maxParts = 20

// differingParts returns the headers, and the members of the body, that differ between two
// answers.
func differingParts(before, after *Outcome) []string {
	parts := []string{}
	names := map[string]bool{}
	for _, header := range []map[string][]string{before.Header, after.Header} {
		for name := range header {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name != "Content-Length" && !slices.Equal(before.Header[name], after.Header[name]) {
			parts = append(parts, "header "+name)
		}
	}
	if !bytes.Equal(before.Body, after.Body) {
		parts = append(parts, differingMembers(before.Body, after.Body)...)
	}
	return parts[:min(len(parts), maxParts)]
}

// differingMembers returns the paths of the members that differ between two bodies, or
// "body" if these are not two JSON objects.
func differingMembers(before, after []byte) []string {
	if !gjson.ValidBytes(before) || !gjson.ValidBytes(after) {
		return []string{"body"}
	}
	old, now := map[string]string{}, map[string]string{}
	memberValues(gjson.ParseBytes(before), "", 0, old)
	memberValues(gjson.ParseBytes(after), "", 0, now)
	names := maps.Clone(old)
	maps.Copy(names, now)
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(names)) {
		if old[path] != now[path] {
			paths = append(paths, clip(path))
		}
	}
	if len(paths) == 0 {
		return []string{"body"}
	}
	return paths
}

// maxMemberDepth is the depth down to which bodies are compared by their members: to
// the members of an entry of error.fields.
const maxMemberDepth = 4

// memberValues collects the values in a document by their paths.
func memberValues(v gjson.Result, path string, depth int, into map[string]string) {
	if !v.IsObject() && !v.IsArray() || depth == maxMemberDepth {
		into[path] = v.Raw
		return
	}
	i := 0
	v.ForEach(func(key, child gjson.Result) bool {
		name := key.Str
		if v.IsArray() {
			name = fmt.Sprint(i)
		}
		i++
		memberValues(child, strings.TrimPrefix(path+"."+name, "."), depth+1, into)
		return true
	})
}
