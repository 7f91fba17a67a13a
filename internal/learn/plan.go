package learn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// plan is the content of a mapping file.
type plan struct {
	head          []string // comment lines
	name          string
	about         string
	format        dialect.Format
	successErrors bool
	as            int
	match         match
	shape         *shape
	rows          []row
	examples      []example
}

// row maps one native code to a canonical one.
type row struct {
	native string
	status int // 0 if unknown
	code   string
	review string // why it needs a review; "" if it is certain
}

// example is a body with the expected result.
type example struct {
	about     string
	status    int
	body      string // as YAML
	is        string
	code      string
	message   string
	requestID string
	fields    map[string]string
	wait      int // -1 if unknown
}

// output builds a file.
type output struct{ strings.Builder }

func (p *output) line(format string, args ...any) {
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

// render writes the file in the style of the built-in ones.
func (p *plan) render() []byte {
	out := &output{}
	for _, line := range p.head {
		out.line("%s", strings.TrimRight("# "+line, " "))
	}
	out.line("\ndialect: %s", p.name)
	out.line("about: %s", quoted(p.about))
	if p.successErrors {
		out.line("success_errors: %d", cmp.Or(p.as, 400))
	}
	if p.format != dialect.FormatJSON {
		out.line("format: %s", p.format)
	}
	p.match.render(out)
	p.shape.render(out, p.successErrors)
	p.renderRows(out)
	if len(p.examples) > 0 {
		out.line("\nexamples:")
		for i := range p.examples {
			if i > 0 {
				out.line("")
			}
			p.examples[i].render(out)
		}
	}
	return []byte(out.String())
}

func (m *match) render(out *output) {
	lines := &output{}
	paths := func(list []string) string {
		spelled := make([]string, len(list))
		for i, one := range list {
			spelled[i] = word(one)
		}
		return "[" + strings.Join(spelled, ", ") + "]"
	}
	settings := func(list []setting) string {
		spelled := make([]string, len(list))
		for i, one := range list {
			spelled[i] = word(one.path) + ": " + one.value
		}
		return "{" + strings.Join(spelled, ", ") + "}"
	}
	for _, l := range []struct {
		name string
		list []string
	}{{"keys", m.keys}, {"any", m.any}} {
		if len(l.list) > 0 {
			lines.line("  %-9s%s", l.name+":", paths(l.list))
		}
	}
	for _, l := range []struct {
		name string
		list []setting
	}{{"types", m.types}, {"equals", m.equals}, {"not", m.not}} {
		if len(l.list) > 0 {
			lines.line("  %-9s%s", l.name+":", settings(l.list))
		}
	}
	if len(m.contains) > 0 {
		lines.line("  contains: %s", quotedList(m.contains))
	}
	switch {
	case m.codeForm != "" && m.codeOptional:
		lines.line("  %-9s[%s, optional]", "code_is:", m.codeForm)
	case m.codeForm != "":
		lines.line("  %-9s%s", "code_is:", m.codeForm)
	case m.codeOptional:
		lines.line("  code_is: optional")
	}
	if lines.Len() > 0 {
		out.line("\nmatch:")
		out.WriteString(lines.String())
	}
}

func (s *shape) render(out *output, successErrors bool) {
	out.line("\nshape:")
	start := out.Len()
	if len(s.always) > 0 {
		var pairs []string
		for _, p := range s.always {
			pairs = append(pairs, word(p.path.dotted())+": "+p.values[0].json())
		}
		out.line("  %-13s{%s}", "always:", strings.Join(pairs, ", "))
	}
	renderExtractors(out, "code", s.code)
	renderExtractors(out, "message", s.message)
	s.renderFields(out)
	if s.details != nil {
		out.line("  %-13s%s", "details:", word(s.details.path.dotted()))
	}
	renderExtractors(out, "request_id", s.requestID)
	renderExtractors(out, "retry_after", s.wait)
	ignored := s.ignore
	if successErrors && len(s.status) > 0 {
		out.line("  %-13s%s", "status:", words(pathsOf(s.status)))
	} else {
		ignored = slices.Concat(s.status, s.ignore)
	}
	if paths := pathsOf(ignored); len(paths) > 0 {
		out.line("  %-13s[%s]", "ignore:", strings.Join(paths, ", "))
	}
	if out.Len() == start {
		out.line("  message: []")
	}
}

// pathsOf returns the plain paths of some locations.
func pathsOf(places []*location) (out []string) {
	for _, p := range places {
		if p.path.plain() && len(p.path) > 0 {
			out = append(out, word(p.path.dotted()))
		}
	}
	return out
}

func renderExtractors(out *output, role string, list []extractor) {
	if len(list) == 0 {
		return
	}
	var spelled []string
	for _, s := range list {
		spelled = append(spelled, s.render())
	}
	out.line("  %-13s%s", role+":", words(spelled))
}

func (s extractor) render() string {
	w := s.path
	if s.joined && s.pattern == "" {
		w = w[:len(w)-1]
	}
	path := word(w.dotted())
	var long []string
	if s.key {
		long = append(long, "key: true")
	}
	if s.pattern != "" {
		long = append(long, "pattern: "+single(s.pattern))
	}
	if len(s.skip) > 0 {
		long = append(long, "not: "+quotedList(s.skip))
	}
	if s.unit != "" {
		long = append(long, "unit: "+s.unit)
	}
	if len(long) == 0 {
		return path
	}
	return "{at: " + path + ", " + strings.Join(long, ", ") + "}"
}

// single returns a text in single quotes, in which backslashes are literal.
func single(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !printable(r) }) >= 0 {
		return quoted(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func (s *shape) renderFields(out *output) {
	var spelled []string
	for _, f := range s.fields {
		spelled = append(spelled, f.render())
	}
	switch len(spelled) {
	case 0:
	case 1:
		out.line("  %-13s%s", "fields:", spelled[0])
	default:
		out.line("  fields:")
		for _, one := range spelled {
			out.line("    - %s", one)
		}
	}
}

func (f fieldLayout) render() string {
	at := word(f.at.dotted())
	var long []string
	add := func(name string, w bodyPath) {
		if w != nil {
			long = append(long, name+": "+word(w.dotted()))
		}
	}
	add("field", f.field)
	add("names", f.names)
	add("message", f.message)
	add("code", f.code)
	if f.pattern != "" {
		long = append(long, "pattern: "+single(f.pattern))
	}
	if len(f.whole) > 0 {
		long = append(long, "whole: ["+strings.Join(f.whole, ", ")+"]")
	}
	if len(f.only) > 0 {
		long = append(long, "for_codes: "+quotedList(f.only))
	}
	if len(long) == 0 {
		return at
	}
	return "{at: " + at + ", " + strings.Join(long, ", ") + "}"
}

func (p *plan) renderRows(out *output) {
	if len(p.rows) == 0 {
		out.line("\ncodes: {}")
		return
	}
	out.line("\ncodes:")
	keys, targets := 0, 0
	for _, r := range p.rows {
		keys, targets = max(keys, width(rowKey(r.native))+1), max(targets, len(r.target()))
	}
	for _, r := range p.rows {
		line := "  " + pad(rowKey(r.native)+":", keys) + " " + r.target()
		if r.review != "" {
			line = pad(line, keys+targets+3) + "  # review: " + r.review
		}
		out.line("%s", line)
	}
}

func (r row) target() string {
	if r.status == 0 {
		return r.code
	}
	return fmt.Sprintf("%d %s", r.status, r.code)
}

func width(s string) int { return len([]rune(s)) }

func pad(s string, to int) string { return s + strings.Repeat(" ", max(0, to-width(s))) }

func (x *example) render(out *output) {
	out.line("  - about: %s", quotedIf(x.about))
	out.line("    status: %d", x.status)
	out.line("    body: %s", x.body)
	out.line("    is: %s", x.is)
	if x.code != "" {
		out.line("    code: %s", quotedIf(x.code))
	}
	if x.message != "" {
		out.line("    message: %s", quotedIf(x.message))
	}
	if len(x.fields) > 0 {
		names := make([]string, 0, len(x.fields))
		for name := range x.fields {
			names = append(names, name)
		}
		slices.Sort(names)
		for i, name := range names {
			names[i] = word(name) + ": " + quoted(x.fields[name])
		}
		out.line("    fields: {%s}", strings.Join(names, ", "))
	}
	if x.requestID != "" {
		out.line("    request_id: %s", quotedIf(x.requestID))
	}
	if x.wait >= 0 {
		out.line("    retry_after: %d", x.wait)
	}
}

// quotedIf returns a text with quotes if it needs them.
func quotedIf(s string) string { return sentence(s) }
