package yamlfile

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// WriteRow returns a row of `codes` on one line. native is the key of the row.
func WriteRow(native, code string) string {
	row := newBlock()
	row.add(native, textNode(code))
	var b strings.Builder
	e := yaml.NewEncoder(&b)
	if err := e.Encode(row.node); err != nil {
		return ""
	}
	if line, rest, _ := strings.Cut(b.String(), "\n"); rest == "" {
		return line
	}
	return "" // a key that needs several lines
}
