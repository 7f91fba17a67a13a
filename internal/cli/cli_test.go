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

// update rewrites the golden files: go test ./cli -update
var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// said is what a command wrote.
type said struct {
	status    cli.Status
	out, talk string
}

// call runs a command with a text at its standard input.
func call(in string, command func(cli.Streams) cli.Status) said {
	var out, talk bytes.Buffer
	status := command(cli.Streams{In: strings.NewReader(in), Out: &out, Talk: &talk})
	return said{status, out.String(), talk.String()}
}

// want checks the status, and parts of what was written.
func (s said) want(t *testing.T, status cli.Status, out, talk string) {
	t.Helper()
	if s.status != status {
		t.Errorf("the status is %d, not %d", s.status, status)
	}
	if !strings.Contains(s.out, out) || out == "" && s.out != "" {
		t.Errorf("the result is %q, want %q in it", s.out, out)
	}
	if !strings.Contains(s.talk, talk) || talk == "" && s.talk != "" {
		t.Errorf("the talk is %q, want %q in it", s.talk, talk)
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

// files writes files into a directory of the test, and goes there.
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

// broken is a writer that takes nothing.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// TestBrokenOutput tells that a result that could not be written is no success.
func TestBrokenOutput(t *testing.T) {
	var talk bytes.Buffer
	status := cli.Dialects(cli.Streams{Out: broken{}, Talk: &talk}, nil)
	if status != cli.AtFault || !strings.Contains(talk.String(), "the disk is full") {
		t.Errorf("status %d, said %q", status, talk.String())
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
