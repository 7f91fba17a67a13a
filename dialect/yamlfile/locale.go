package yamlfile

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/koine-proxy/koine/dialect"
)

// ReadLocale reads a locale file.
func ReadLocale(name string, data []byte) (*dialect.LocaleFile, error) {
	r := &reader{file: name}
	f := &dialect.LocaleFile{File: name}
	if root := r.parse(data); root != nil {
		r.locale(root, f)
	}
	f.Partial = len(r.faults) > 0
	return f, r.faults.Err()
}

func (r *reader) locale(root *yaml.Node, f *dialect.LocaleFile) {
	r.readKeys(root, "a locale file", map[string]keyReader{
		"locale":   {true, func(_, v *yaml.Node) { f.Tag, f.At = r.text(v, "locale"), pos(v) }},
		"about":    {false, func(_, v *yaml.Node) { f.About = r.text(v, "about") }},
		"field":    {false, func(_, v *yaml.Node) { f.Field = r.shownText(v, "field") }},
		"labels":   {false, func(_, v *yaml.Node) { f.Labels = r.localeTexts(v, "labels", "names of labels") }},
		"advice":   {false, func(_, v *yaml.Node) { f.Advice = r.localeTexts(v, "advice", "categories") }},
		"messages": {false, func(_, v *yaml.Node) { f.Messages = r.localeTexts(v, "messages", "canonical codes") }},
	})
}

func (r *reader) localeTexts(n *yaml.Node, what, keys string) (out []dialect.LocaleText) {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s must be a mapping of %s to texts, not %s", what, keys, kindOf(n))
		return nil
	}
	r.pairs(n, func(key, value *yaml.Node) {
		if text := r.shownText(value, key.Value); text != "" {
			out = append(out, dialect.LocaleText{Key: key.Value, Text: text, At: pos(key)})
		}
	})
	return out
}

// maxShown bounds a text that is shown to people, in bytes.
const maxShown = 2000

// shownText reads a text that is shown to people: one line.
func (r *reader) shownText(n *yaml.Node, what string) string {
	text := r.text(n, what)
	switch {
	case text == "" && resolve(n).Kind == yaml.ScalarNode && resolve(n).Tag != "!!null":
		r.fault(n, "%s is empty; remove it, so that the text of another language is used, or write one", what)
	case strings.ContainsFunc(text, unicode.IsControl):
		r.fault(n, "%s must be one line, without control characters", what)
	case len(text) > maxShown:
		r.fault(n, "%s has %d bytes; the maximum is %d", what, len(text), maxShown)
	default:
		return text
	}
	return ""
}
