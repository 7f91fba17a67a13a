package cli_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/koine-proxy/koine/internal/cli"
)

// update rewrites the golden files: go test ./internal/cli -update
var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// result is the status and the output of a command.
type result struct {
	status      cli.Status
	out, errors string
}

// call runs a command with text on standard input.
func call(in string, command func(cli.Streams) cli.Status) result {
	var out, stderr bytes.Buffer
	status := command(cli.Streams{In: strings.NewReader(in), Out: &out, Err: &stderr})
	return result{status, out.String(), stderr.String()}
}

// want checks the status, and that the outputs contain texts; "" means no output.
func (r result) want(t *testing.T, status cli.Status, out, stderr string) {
	t.Helper()
	if r.status != status {
		t.Errorf("status %d, want %d", r.status, status)
	}
	if !strings.Contains(r.out, out) || out == "" && r.out != "" {
		t.Errorf("stdout %q, want %q in it", r.out, out)
	}
	if !strings.Contains(r.errors, stderr) || stderr == "" && r.errors != "" {
		t.Errorf("stderr %q, want %q in it", r.errors, stderr)
	}
}

// golden compares with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s", file, got)
	}
}

// files writes files to a temporary directory, and makes it the working directory.
func files(t *testing.T, texts map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// failingWriter fails every write.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// TestFailedOutput checks that a command fails if its result cannot be written.
func TestFailedOutput(t *testing.T) {
	var stderr bytes.Buffer
	status := cli.Dialects(cli.Streams{Out: failingWriter{}, Err: &stderr}, nil)
	if status != cli.InvalidInput || !strings.Contains(stderr.String(), "the disk is full") {
		t.Errorf("status %d, stderr %q", status, stderr.String())
	}
}

func TestMediaType(t *testing.T) {
	for body, want := range map[string]string{
		"": "", " \n": "",
		`{"a":1}`: "application/json", "[1]": "application/json", `"a"`: "application/json", "\xef\xbb\xbf {": "application/json",
		"<?xml version='1.0'?><a/>": "application/xml", "<Error><Code>x</Code></Error>": "application/xml",
		"<!doctype html><p>x": "text/html; charset=utf-8", "<HTML><body>x": "text/html; charset=utf-8",
		"Not found": "text/plain; charset=utf-8", "404": "text/plain; charset=utf-8",
	} {
		if got := cli.MediaType([]byte(body)); got != want {
			t.Errorf("%q: got %q, want %q", body, got, want)
		}
	}
}
