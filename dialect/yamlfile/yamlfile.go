// Package yamlfile reads mapping files, taxonomy files and tables of rate-limit
// headers from YAML. It checks keys and types; package translate checks their
// meaning. All mistakes of a file are reported at once, with line and column. It also writes
// mapping files.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// ReadDialect reads a mapping file. Faults are reported under the name.
func ReadDialect(name string, data []byte) (*dialect.File, error) {
	r := &reader{file: name}
	f := &dialect.File{File: name}
	if root := r.parse(data); root != nil {
		r.dialect(root, f)
	}
	return f, r.faults.Err()
}

// ReadTaxonomy reads a taxonomy file.
func ReadTaxonomy(name string, data []byte) (*dialect.TaxonomyFile, error) {
	r := &reader{file: name}
	f := &dialect.TaxonomyFile{File: name}
	if root := r.parse(data); root != nil {
		r.taxonomy(root, f)
	}
	f.Partial = len(r.faults) > 0
	return f, r.faults.Err()
}

// reader reads the nodes of one file and collects faults.
type reader struct {
	file   string
	faults dialect.Faults
}

func (r *reader) fault(at *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, dialect.Fault{File: r.file, Line: at.Line, Column: at.Column, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) parse(data []byte) *yaml.Node {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		r.syntax(err, data)
		return nil
	}
	if len(doc.Content) > 0 && d.Decode(&more) == nil {
		r.fault(&more, "a file holds one document; move the part after `---` to another file")
		return nil
	}
	if len(doc.Content) == 0 {
		r.fault(&yaml.Node{Line: 1, Column: 1}, "empty file; it must start with `dialect: NAME` or `taxonomy: NAME`")
		return nil
	}
	if doc.Content[0].Kind != yaml.MappingNode {
		r.fault(doc.Content[0], "the file must be a mapping with keys such as dialect, match, shape and codes, not %s", kindOf(doc.Content[0]))
		return nil
	}
	return doc.Content[0]
}

// syntax turns an error of the YAML parser into a fault. The error text has the
// line, but no column.
func (r *reader) syntax(err error, data []byte) {
	at := &yaml.Node{Line: 1}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	var typed *yaml.TypeError
	if errors.As(err, &typed) && len(typed.Errors) > 0 {
		message = typed.Errors[0]
	}
	if n, scan := fmt.Sscanf(message, "line %d:", &at.Line); n == 1 && scan == nil {
		_, message, _ = strings.Cut(message, ": ")
	}
	if strings.Contains(message, "tab character") || strings.Contains(message, "cannot start any token") {
		if tab := findTab(data, at.Line); tab.Line > 0 {
			r.fault(tab, "invalid YAML: a tab; YAML is indented with spaces only")
			return
		}
	}
	r.fault(at, "invalid YAML: %s; check the indentation, and quote texts that contain `: ` or ` #`", message)
}

// findTab returns the position of a tab in the indentation of a line, or of one next to it:
// the parser may have noticed it a line too early or too late. The line is 0 if there is
// none.
func findTab(data []byte, line int) *yaml.Node {
	lines := bytes.Split(data, []byte("\n"))
	for _, n := range []int{line, line - 1, line + 1} {
		if n < 1 || n > len(lines) {
			continue
		}
		text := lines[n-1]
		indentation := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
		if i := bytes.IndexByte(indentation, '\t'); i >= 0 {
			return &yaml.Node{Line: n, Column: i + 1}
		}
	}
	return new(yaml.Node)
}

// keyReader reads the value of one key of a mapping.
type keyReader struct {
	required bool
	read     func(key, value *yaml.Node)
}

// readKeys reads a mapping of known keys. Unknown, duplicate and missing keys are
// faults.
func (r *reader) readKeys(n *yaml.Node, what string, known map[string]keyReader) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of %s, not %s", what, list(known), kindOf(n))
		return
	}
	seen := map[string]bool{}
	r.pairs(n, func(key, value *yaml.Node) {
		w, ok := known[key.Value]
		if !ok {
			r.fault(key, "unknown key %q in %s%s", key.Value, what, suggestKey(key.Value, known))
			return
		}
		seen[key.Value] = true
		w.read(key, value)
	})
	for _, name := range sorted(known) {
		if known[name].required && !seen[name] {
			r.fault(n, "%s has no `%s`", what, name)
		}
	}
}

// pairs calls f for every pair of a mapping, in order. A duplicate key is a fault,
// and its second value is skipped.
func (r *reader) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolve(n.Content[i+1])
		if line, duplicate := first[key.Value]; duplicate {
			r.fault(key, "duplicate key %q (first on line %d)", key.Value, line)
			continue
		}
		first[key.Value] = key.Line
		f(key, value)
	}
}

// resolve follows an alias.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// text reads a scalar as it is written: 08006 keeps its leading zero.
func (r *reader) text(n *yaml.Node, what string) string {
	if n = resolve(n); n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fault(n, "%s must be a text, not %s", what, kindOf(n))
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// texts reads a list of texts, or one text as a list of one.
func (r *reader) texts(n *yaml.Node, what string) (out []*yaml.Node) {
	switch n = resolve(n); {
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return []*yaml.Node{n}
	case n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			if r.text(item, "an entry of "+what) != "" {
				out = append(out, resolve(item))
			}
		}
		return out
	}
	r.fault(n, "%s must be a text or a list of texts, not %s", what, kindOf(n))
	return nil
}

// plainTexts reads a list of texts, or one text, without their positions. An empty
// list is not nil.
func (r *reader) plainTexts(n *yaml.Node, what string) []string {
	out := []string{}
	for _, item := range r.texts(n, what) {
		out = append(out, item.Value)
	}
	return out
}

// date reads a date, which needs no quotation marks.
func (r *reader) date(n *yaml.Node, what string) string {
	n = resolve(n)
	if _, err := time.Parse(time.DateOnly, n.Value); err != nil {
		r.fault(n, "%s must be a date such as 2026-11-27, not %q", what, n.Value)
		return ""
	}
	return n.Value
}

func (r *reader) number(n *yaml.Node, what string) int {
	var i int
	if n = resolve(n); n.Tag != "!!int" || n.Decode(&i) != nil {
		r.fault(n, "%s must be a whole number, not %s", what, kindOf(n))
	}
	return i
}

func (r *reader) flag(n *yaml.Node, what string) bool {
	var b bool
	if n = resolve(n); n.Tag != "!!bool" || n.Decode(&b) != nil {
		r.fault(n, "%s must be true or false, not %s", what, kindOf(n))
	}
	return b
}

// inside returns the position of a part of a text on one line.
func inside(n *yaml.Node, part string) dialect.Pos {
	at := pos(n)
	switch n.Style {
	case yaml.LiteralStyle, yaml.FoldedStyle:
		return at // the text starts on another line
	case yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle:
		at.Column++
	}
	at.Column += max(0, strings.Index(n.Value, part))
	return at
}

func pos(n *yaml.Node) dialect.Pos { return dialect.Pos{Line: n.Line, Column: n.Column} }

// kindOf describes a node in a message.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "null"
		}
		return fmt.Sprintf("%q", n.Value)
	}
	return "another value"
}
