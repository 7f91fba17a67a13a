package yamlfile

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// block is a mapping that is written.
type block struct{ node *yaml.Node }

func newBlock() block { return block{&yaml.Node{Kind: yaml.MappingNode}} }

// newFlow returns a mapping that is written on one line.
func newFlow() block { return block{&yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}} }

func (b block) add(key string, value *yaml.Node) {
	b.node.Content = append(b.node.Content, textNode(key), value)
}

// text adds a text that is not empty.
func (b block) text(key, text string) {
	if text != "" {
		b.add(key, textNode(text))
	}
}

func (b block) number(key string, n int, given bool) {
	if given {
		b.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(n)})
	}
}

// flag adds a flag that is set, or given as false.
func (b block) flag(key string, flag, given bool) {
	if flag || given {
		b.add(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(flag)})
	}
}

// textNode returns a text, in quotation marks if it needs them. Whole numbers, such as codes,
// need none: texts are read as they are written.
func textNode(text string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	switch {
	case isPlainNumber(text):
		n.Tag = "!!int"
	case text == "<<":
		n.Style = yaml.DoubleQuotedStyle
	case strings.ContainsAny(text, `"\`) && !strings.ContainsAny(text, "'\n"):
		n.Style = yaml.SingleQuotedStyle
	}
	return n
}

// isPlainNumber reports whether a text is a number that no reader of YAML reformats.
func isPlainNumber(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n >= 0 && strconv.FormatInt(n, 10) == text
}

func quotedNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.DoubleQuotedStyle}
}

// singleQuotedNode returns a text in single quotation marks, in which backslashes are literal.
func singleQuotedNode(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, Style: yaml.SingleQuotedStyle}
}

func textList(texts []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, text := range texts {
		n.Content = append(n.Content, textNode(text))
	}
	return n
}

// shortList returns one text, or a list of several.
func shortList[T ~string](texts []T) *yaml.Node {
	var all []string
	for _, text := range texts {
		all = append(all, string(text))
	}
	if len(all) == 1 {
		return textNode(all[0])
	}
	return textList(all)
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// bodyNode returns a body: as a mapping or a list if it is JSON as it is read from one, else as
// a text.
func bodyNode(body string) *yaml.Node {
	if body != "" && (body[0] == '{' || body[0] == '[') {
		if n := jsonNode(body); readAsJSON(n) == body {
			return n
		}
	}
	n := textNode(body)
	if n.Tag != "!!str" {
		return quotedNode(body)
	}
	return n
}

// readAsJSON returns the JSON that a mapping or a list is read as; "" for any other value.
func readAsJSON(n *yaml.Node) string {
	var again yaml.Node
	data, err := yaml.Marshal(n)
	if err != nil || n.Kind == yaml.ScalarNode || yaml.Unmarshal(data, &again) != nil || len(again.Content) != 1 {
		return ""
	}
	r := &reader{}
	text := r.json(again.Content[0], "body")
	if len(r.faults) > 0 {
		return ""
	}
	return text
}

// jsonNode returns a value of JSON on one line; a text that is none as a text.
func jsonNode(text string) *yaml.Node {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	n := nextNode(d)
	if n == nil {
		return quotedNode(text)
	}
	return n
}

// nextNode returns the next value of a decoder; nil if there is none.
func nextNode(d *json.Decoder) *yaml.Node {
	token, err := d.Token()
	if err != nil {
		return nil
	}
	scalar := func(tag, text string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: text} }
	switch t := token.(type) {
	case string:
		return quotedNode(t)
	case json.Number:
		return scalar("", t.String())
	case bool:
		return scalar("!!bool", strconv.FormatBool(t))
	case nil:
		return scalar("!!null", "null")
	case json.Delim:
		n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		if t == '{' {
			n.Kind = yaml.MappingNode
		}
		for d.More() {
			child := nextNode(d)
			if child == nil {
				return nil
			}
			n.Content = append(n.Content, child)
		}
		_, err = d.Token()
		if err != nil {
			return nil
		}
		return n
	}
	return nil
}
