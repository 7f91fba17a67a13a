package yamlfile

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// Comments are the comments of a mapping file that is written.
type Comments struct {
	Head string            // at the top, with its line breaks
	Rows map[string]string // behind the rows, by native code
}

// WriteDialect returns the mapping file that ReadDialect reads as f. Of the texts that ReadDialect
// trims, the white space around them is lost.
func WriteDialect(f *dialect.File, c Comments) ([]byte, error) {
	root := newBlock()
	root.text("dialect", f.Name)
	writeForm(root, f, c)
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root.node); err != nil {
		return nil, err
	}
	var out strings.Builder
	for line := range strings.Lines(c.Head) {
		out.WriteString(strings.TrimRight("# "+strings.TrimSpace(line), " ") + "\n")
	}
	if c.Head != "" {
		out.WriteByte('\n')
	}
	separate(&out, b.String())
	return []byte(out.String()), nil
}

// separate writes YAML with an empty line before each section, and between examples.
func separate(out *strings.Builder, text string) {
	inExamples, before := false, ""
	for line := range strings.Lines(text) {
		switch name, _, _ := strings.Cut(line, ":"); {
		case slices.Contains(sections, name):
			out.WriteByte('\n')
			inExamples = name == "examples"
		case inExamples && strings.HasPrefix(line, "  - ") && before != "examples:\n":
			out.WriteByte('\n')
		}
		out.WriteString(line)
		before = line
	}
}

// sections are the keys that have an empty line before them.
var sections = []string{"match", "shape", "codes", "limits", "failure", "lexicon", "write", "variants", "examples"}

// writeForm writes the keys of a dialect or of a variant.
func writeForm(n block, f *dialect.File, c Comments) {
	n.text("about", f.About)
	if len(f.Sources) > 0 {
		n.add("source", shortList(f.Sources))
	}
	if f.Read != "" {
		n.add("read", &yaml.Node{Kind: yaml.ScalarNode, Value: f.Read})
	}
	n.text("extends", f.Extends)
	if f.Hosts != nil {
		n.add("hosts", textList(f.Hosts))
	}
	n.text("auto", string(f.Auto))
	n.text("evidence", string(f.Evidence))
	n.text("priority", string(f.Priority))
	n.number("success_errors", f.SuccessErrors, f.SuccessErrors != 0)
	n.flag("streams", f.Streams, f.Has("streams"))
	n.flag("general", f.General, f.Has("general"))
	if len(f.Formats) > 0 {
		n.add("format", shortList(f.Formats))
	}
	if match := matchNode(&f.Match); len(match.Content) > 0 || f.Has("match") {
		n.add("match", match)
	}
	if len(f.Shape) > 0 || f.Has("shape") || f.Given == nil {
		n.add("shape", shapeNode(f.Shape))
	}
	writeCodes(n, f, c)
	if f.Limits != nil {
		n.add("limits", limitsNode(f.Limits))
	}
	if f.Failure != nil {
		failure := newBlock()
		failure.number("status", f.Failure.Status, true)
		for _, k := range f.Failure.Keys() {
			if *k.List != nil {
				failure.add(k.Name, textList(*k.List))
			}
		}
		n.add("failure", failure.node)
	}
	if f.Lexicon != nil {
		n.add("lexicon", lexiconNode(f.Lexicon))
	}
	if f.Write != nil {
		n.add("write", writingNode(f.Write))
	}
	if f.Variants != nil {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, v := range f.Variants {
			variant := newBlock()
			variant.text("name", v.Variant)
			writeForm(variant, v, Comments{})
			list.Content = append(list.Content, variant.node)
		}
		n.add("variants", list)
	}
	if f.Examples != nil {
		n.add("examples", examplesNode(f.Examples))
	}
}

// writeCodes writes the rows.
func writeCodes(n block, f *dialect.File, c Comments) {
	switch {
	case f.Identity:
		n.text("codes", "canonical")
		return
	case len(f.Codes) == 0 && !f.Has("codes") && f.Given != nil:
		return
	}
	rows := newBlock()
	for _, r := range f.Codes {
		value := r.Code
		if r.Status != 0 {
			value = strconv.Itoa(r.Status) + " " + value
		}
		if r.Force {
			value += " force"
		}
		node := textNode(value)
		node.LineComment = c.Rows[r.Native]
		rows.add(r.Native, node)
	}
	if len(f.Codes) == 0 {
		rows.node.Style = yaml.FlowStyle
	}
	n.add("codes", rows.node)
}

func examplesNode(examples []dialect.Example) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range examples {
		x, n := &examples[i], newBlock()
		n.text("about", x.About)
		n.number("status", x.Status, true)
		n.text("host", x.Host)
		if x.Header != nil {
			header := newFlow()
			for _, name := range sorted(x.Header) {
				header.add(name, textList(x.Header[name]))
			}
			n.add("header", header.node)
		}
		n.add("body", bodyNode(x.Body))
		n.text("is", x.Is)
		n.text("code", x.Code)
		n.text("message", x.Message)
		if x.Fields != nil {
			fields := newFlow()
			for _, name := range sorted(x.Fields) {
				fields.add(name, quotedNode(x.Fields[name]))
			}
			n.add("fields", fields.node)
		}
		n.text("request_id", x.RequestID)
		n.number("retry_after", x.After, x.After >= 0)
		n.text("retry", x.Retry)
		if x.Details != "" {
			n.add("details", jsonNode(x.Details))
		}
		list.Content = append(list.Content, n.node)
	}
	return list
}

func limitsNode(families []dialect.LimitFamily) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, f := range families {
		n := newFlow()
		n.text("name", f.Name.Text)
		for _, part := range f.Headers {
			n.text(string(part.Role), part.Name)
		}
		if f.Members != nil {
			members := newFlow()
			for _, part := range f.Members {
				members.text(string(part.Role), part.Name)
			}
			n.add("members", members.node)
		}
		n.text("unit", f.Unit.Text)
		n.text("window", f.Window.Text)
		list.Content = append(list.Content, n.node)
	}
	return list
}

func lexiconNode(languages dialect.Lexicon) *yaml.Node {
	n := newBlock()
	for _, l := range languages {
		words := newBlock()
		for _, list := range l.Words {
			words.add(string(list.Role), textList(list.Words))
		}
		n.add(l.Name, words.node)
	}
	return n.node
}
