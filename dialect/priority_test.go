package dialect_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
)

func TestOrder(t *testing.T) {
	list := dialect.Order([]*dialect.File{{Name: "b"}, {Name: "c", Priority: dialect.PriorityHigh}, {Name: "a"}, {Name: "d", Priority: dialect.PriorityLow}})
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	if got := strings.Join(names, " "); got != "c a b d" {
		t.Errorf("the order is %s", got)
	}
}

// TestOrderOfForms checks that a variant with a priority of its own is tried among the
// dialects of that priority.
func TestOrderOfForms(t *testing.T) {
	files := []*dialect.File{
		{Name: "guess", General: true},
		{Name: "shop"},
		{Name: "text", Priority: dialect.PriorityLow},
		{Name: "billing", Priority: dialect.PriorityHigh, Variants: []*dialect.File{
			{Variant: "xml"}, {Variant: "page", Priority: dialect.PriorityLast, Given: []string{"priority"}}, {Variant: "text"},
		}},
	}
	titles := func(files []*dialect.File) string {
		var titles []string
		for _, f := range files {
			titles = append(titles, f.Title())
		}
		return strings.Join(titles, " ")
	}
	if got := titles(dialect.Order(dialect.ExpandAll(files))); got != "billing/xml billing/text billing shop text billing/page guess" {
		t.Errorf("the order is %s", got)
	}
	if got := titles(files[3].Expand()); got != "billing/xml billing/text billing billing/page" {
		t.Errorf("the order inside a file is %s", got)
	}
}
