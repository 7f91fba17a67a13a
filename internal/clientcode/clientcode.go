// Package clientcode writes source files for clients: the canonical codes as constants, and
// functions that tell whether a value is an envelope.
package clientcode

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/format"
	"strconv"
	"strings"
	"text/template"

	"github.com/koine-proxy/koine/internal/catalog"
	"github.com/koine-proxy/koine/translate"
)

//go:embed typescript.tmpl
var typescript string

//go:embed go.tmpl
var golang string

//go:embed python.tmpl
var python string

// data is what the templates use.
type data struct {
	Codes      []code
	Categories []translate.Category
	Retries    []translate.Retry
}

// code is a canonical code in a source file.
type code struct {
	*catalog.Entry
	Ident string // the name of its constant
}

// TypeScript returns a module with an object of all codes, types and type guards.
func TypeScript(c *catalog.Catalog) ([]byte, error) { return execute(typescript, c, upperSnake) }

// Python returns a module with an enumeration of all codes, typed dictionaries and type guards,
// for Python 3.10 and later.
func Python(c *catalog.Catalog) ([]byte, error) { return execute(python, c, upperSnake) }

// Go returns a package with constants of all codes, types, and functions that parse them.
func Go(c *catalog.Catalog) ([]byte, error) {
	text, err := execute(golang, c, camel[string])
	if err != nil {
		return nil, err
	}
	return format.Source(text)
}

var functions = template.FuncMap{
	"comment": comment, "quote": strconv.Quote, "camel": func(word any) string { return camel(fmt.Sprint(word)) },
}

func execute(text string, c *catalog.Catalog, ident func(string) string) ([]byte, error) {
	t, err := template.New("").Funcs(functions).Parse(text)
	if err != nil {
		return nil, err
	}
	d := data{Categories: translate.Categories(), Retries: translate.Retries()}
	used := map[string]bool{"ParseEnvelope": true, "ParseProblem": true}
	for _, category := range d.Categories {
		used["Category"+camel(category)] = true
	}
	for _, r := range d.Retries {
		used["Retry"+camel(r)] = true
	}
	for _, e := range c.Entries() {
		name := unused(ident(e.Name), used)
		used[name] = true
		d.Codes = append(d.Codes, code{e, name})
	}
	var b bytes.Buffer
	err = t.Execute(&b, d)
	return b.Bytes(), err
}

// unused returns a name, with a number if it is taken: A.B_C and A_B.C are two codes.
func unused(name string, used map[string]bool) string {
	for n := 2; used[name]; n++ {
		if next := name + "_" + strconv.Itoa(n); !used[next] {
			return next
		}
	}
	return name
}

// upperSnake returns PLAN_NOT_FOUND for PLAN.NOT_FOUND.
func upperSnake(name string) string { return strings.ReplaceAll(name, ".", "_") }

// camel returns PlanNotFound for PLAN.NOT_FOUND.
func camel[S ~string](name S) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(string(name), func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
	}
	return b.String()
}

// comment returns a text that does not end a comment.
func comment(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 { // the ends of lines, in any language
			return ' '
		}
		return r
	}, s)
	return strings.NewReplacer("*/", "* /", "/*", "/ *").Replace(s)
}
