package dialect_test

import (
	"strings"
	"testing"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// wantFaults compares all lines of an error, in order.
func wantFaults(t *testing.T, err error, want []string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if all := strings.Join(want, "\n"); got != all {
		t.Errorf("got the faults\n%s\nwant\n%s", got, all)
	}
}

// read reads a mapping file that must be without faults.
func read(t *testing.T, text string) *dialect.File {
	t.Helper()
	f, err := yamlfile.ReadDialect("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
