package catalog

import (
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/translate"
)

// maxQuery bounds the length of a text that is searched for.
const maxQuery = 200

// Query is what a reader looks for. Empty members do not restrict.
type Query struct {
	Text     string // words that must all be in the code, its texts or its native codes
	Category translate.Category
	Status   int
	Retry    translate.Retry
}

// IsEmpty reports whether the query restricts nothing.
func (q Query) IsEmpty() bool {
	return strings.TrimSpace(q.Text) == "" && q.Category == "" && q.Status == 0 && q.Retry == ""
}

// Find returns the entries that a query describes, sorted by name.
func (c *Catalog) Find(q Query) (out []*Entry) {
	words := strings.Fields(strings.ToLower(q.Text[:min(len(q.Text), maxQuery)]))
	for _, e := range c.entries {
		if q.Category != "" && e.Category != q.Category || q.Status != 0 && e.Status != q.Status || q.Retry != "" && e.Retry != q.Retry {
			continue
		}
		if e.hasAll(words) {
			out = append(out, e)
		}
	}
	return out
}

// hasAll reports whether the entry contains all of some words, which are in lower case.
func (e *Entry) hasAll(words []string) bool {
	for _, word := range words {
		if !strings.Contains(e.search, word) {
			return false
		}
	}
	return true
}

// setSearch sets the text in which readers search.
func (e *Entry) setSearch() {
	words := []string{e.Name, strconv.Itoa(e.Status), string(e.Category), e.Message, e.Shown, e.Description, e.Action}
	for i, n := range e.Native {
		if i == 0 || e.Native[i-1].Dialect != n.Dialect {
			words = append(words, n.Dialect)
		}
		words = append(words, n.Code)
	}
	e.search = strings.ToLower(strings.Join(words, " "))
}

// Statuses returns the statuses that codes have, sorted.
func (c *Catalog) Statuses() (out []int) {
	has := map[int]bool{}
	for _, e := range c.entries {
		has[e.Status] = true
	}
	for status := 400; status <= 599; status++ {
		if has[status] {
			out = append(out, status)
		}
	}
	return out
}
