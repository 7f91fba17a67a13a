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

// TestOrderForms: the forms of a file stay together, but for a variant with a
// priority of its own in a file whose order is not fixed.
func TestOrderForms(t *testing.T) {
	variant := func(name string, p dialect.Priority) *dialect.File {
		f := &dialect.File{Variant: name, Priority: p}
		if p != "" {
			f.Given = []string{"priority"}
		}
		return f
	}
	files := []*dialect.File{
		{Name: "billing", Priority: dialect.PriorityHigh, Variants: []*dialect.File{variant("xml", ""), variant("page", dialect.PriorityLast)}},
		{Name: "shop"},
		{Name: "text", Priority: dialect.PriorityLow},
		{Name: "guess", General: true},
	}
	for _, c := range []struct {
		about string
		fixed bool
		want  string
	}{
		{"by priority", false, "billing/xml billing shop text billing/page guess"},
		{"fixed", true, "billing/xml billing billing/page shop text guess"},
	} {
		var names []string
		for _, form := range dialect.OrderForms(files, func(*dialect.File) bool { return c.fixed }) {
			names = append(names, form.Title())
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: the order is %s, want %s", c.about, got, c.want)
		}
	}

	given := []*dialect.File{{Name: "text", Priority: dialect.PriorityLast}, {Name: "shop", Variants: []*dialect.File{variant("xml", "")}}, {Name: "billing", Priority: dialect.PriorityFirst}}
	var names []string
	for _, form := range dialect.OrderForms(given, func(*dialect.File) bool { return false }) {
		names = append(names, form.Title())
	}
	if got := strings.Join(names, " "); got != "text shop/xml shop billing" {
		t.Errorf("without a variant of another priority, the order that was given becomes %s", got)
	}
}
