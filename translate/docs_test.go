package translate_test

import (
	"os"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/tablefile"
)

// TestReference compiles the examples in the reference of the mapping files, so
// that what users copy from there is without faults.
func TestReference(t *testing.T) {
	const name = "mapping-files.md"
	page, err := os.ReadFile("../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]bool{}
	kinds := map[string]int{}
	for i, block := range strings.Split(string(page), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		switch {
		case strings.Contains(text, "dialect: "):
			kinds["dialect"]++
			f := dialectOf(t, text)
			if err := translate.CheckExamples(taxonomy(t), f); err != nil {
				t.Errorf("block %d: %v", i, err)
			}
		case strings.Contains(text, "limits:"):
			kinds["limits"]++
			e := tableOf(t, text)
			if n := e.Wait(headerOf("X-Backoff-Ms: 1500"), frozen); strings.Contains(text, "waits:") && n != 2 {
				t.Errorf("block %d: the wait is %d", i, n)
			}
			for _, role := range translate.LimitRoles() {
				words[string(role)] = words[string(role)] || strings.Contains(text, string(role)+":")
			}
		default:
			kinds["taxonomy"]++
			if _, err := tablefile.ReadTaxonomy(name, []byte(text)); err != nil {
				t.Errorf("block %d: %v", i, err)
			}
		}
	}
	if kinds["dialect"] != 1 || kinds["taxonomy"] != 1 || kinds["limits"] != 2 {
		t.Errorf("the page has the blocks %v", kinds)
	}
	for _, role := range translate.LimitRoles() {
		if !words[string(role)] {
			t.Errorf("limits.%s has no example", role)
		}
	}
	for _, unit := range translate.LimitUnits() {
		if !strings.Contains(string(page), "| `"+string(unit)+"` |") {
			t.Errorf("the unit %s is not explained", unit)
		}
	}
}
