package yamlfile_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// TestWriteRow checks that a row is read as it was written.
func TestWriteRow(t *testing.T) {
	t.Parallel()
	for _, native := range []string{"plan_gone", "404", "007", "off", "a b", "a: b", "#1", "it's", `say "no"`, "code@404", "- x", "ü", "{x}", "<<"} {
		line := yamlfile.WriteRow(native, "PLAN.NOT_FOUND")
		f, err := yamlfile.ReadDialect("d.yaml", []byte("dialect: d\nabout: A test\nmatch: {keys: [code]}\nshape: {code: code}\ncodes:\n  "+line+"  # a comment\n"))
		if err != nil || len(f.Codes) != 1 || f.Codes[0].Native != native || f.Codes[0].Code != "PLAN.NOT_FOUND" {
			t.Errorf("%q is written as %s (%v)", native, line, err)
		}
	}
	if line := yamlfile.WriteRow(strings.Repeat("a\n", 3), "PLAN.NOT_FOUND"); strings.Contains(line, "\n") {
		t.Errorf("a row of several lines: %q", line)
	}
}
