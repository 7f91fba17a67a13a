package tests

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// knownCodes has every code that the taxonomy ever had, one a line.
const knownCodes = "testdata/codes.txt"

// TestCodesAreOnlyAdded checks that no code was removed or renamed: clients, and links to the pages
// of codes, rely on them. `go test ./tests -run CodesAreOnlyAdded -update` adds new ones.
func TestCodesAreOnlyAdded(t *testing.T) {
	taxonomy := readTaxonomy(t)
	known := map[string]bool{}
	for name := range strings.FieldsSeq(readText(t, knownCodes)) {
		known[name] = true
		if _, ok := taxonomy[name]; !ok {
			t.Errorf("the code %s was removed; keep it, also if no row leads to it any more", name)
		}
	}
	missing := false
	for name := range taxonomy {
		missing = missing || !known[name]
		known[name] = true
	}
	switch {
	case !missing:
	case *update:
		if err := os.WriteFile(knownCodes, []byte(strings.Join(slices.Sorted(maps.Keys(known)), "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("%s lacks new codes; run go test ./tests -run CodesAreOnlyAdded -update", knownCodes)
	}
}
