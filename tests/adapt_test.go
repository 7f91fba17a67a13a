package tests

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caddyserver/caddy/v2/caddyconfig"
	_ "github.com/caddyserver/caddy/v2/modules/standard"

	_ "github.com/koine-proxy/koine"
)

// update rewrites the golden files: go test ./tests -run Adapt -update
var update = flag.Bool("update", false, "rewrite the golden files under testdata/adapt")

// separator separates a Caddyfile from the expected result.
const separator = "\n----------\n"

// TestAdapt adapts every form of the directive, and every mistake that its parser
// reports. A golden file has a Caddyfile, a line of ten dashes, and the expected
// JSON or error message, in which … stands for any text. Files whose name starts
// with error_ must fail.
func TestAdapt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/adapt/*.caddyfiletest")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".caddyfiletest")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			config, want, _ := strings.Cut(string(text), separator)
			got, failed := adapt(t, config)
			if failed != strings.HasPrefix(name, "error_") {
				t.Fatalf("failed is %v: %s", failed, got)
			}
			switch {
			case want != "" && matchesPattern(got, want):
			case *update:
				write(t, file, strings.TrimSpace(config)+separator+got)
			default:
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// matchesPattern reports whether got is want, in which … stands for any text.
func matchesPattern(got, want string) bool {
	parts := strings.Split(want, "…")
	for i, part := range parts {
		at := strings.Index(got, part)
		if at < 0 || i == 0 && at > 0 {
			return false
		}
		got = got[at+len(part):]
	}
	return got == "" || parts[len(parts)-1] == ""
}

// adapt converts a Caddyfile to JSON in this process. If the parser reports an
// error, it returns the message, and failed is true.
func adapt(t *testing.T, config string) (text string, failed bool) {
	t.Helper()
	out, _, err := caddyconfig.GetAdapter("caddyfile").Adapt([]byte(config), map[string]any{"filename": "/etc/caddy/Caddyfile"})
	if err != nil {
		return err.Error() + "\n", true
	}
	var b bytes.Buffer
	if err := json.Indent(&b, out, "", "\t"); err != nil {
		t.Fatal(err)
	}
	return b.String() + "\n", false
}
