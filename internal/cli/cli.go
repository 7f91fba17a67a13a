// Package cli implements the commands of `caddy translate-errors` that need no server.
// Flags are parsed, and exit statuses are set, by the caller.
package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Status is the exit status of a command.
type Status int

// The exit statuses.
const (
	OK           Status = 0
	InvalidInput Status = 1 // an input file is faulty or missing
	WrongUsage   Status = 2 // wrong arguments or flags
)

// Streams are the input and the outputs of a command: results go to Out, which may be
// a pipe, and messages to Err.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// logf writes a line to Err; errors of Err are ignored.
func (s Streams) logf(format string, args ...any) {
	_, _ = fmt.Fprintf(s.Err, format+"\n", args...)
}

// print writes text to Out.
func (s Streams) print(text string) Status {
	if _, err := io.WriteString(s.Out, text); err != nil {
		s.logf("writing the result: %v", err)
		return InvalidInput
	}
	return OK
}

// maxFile is the size limit of an input file.
const maxFile = 32 << 20

// ReadFile reads a file, or standard input if the name is -.
func (s Streams) ReadFile(name string) ([]byte, error) {
	if name == "-" {
		return readAll(s.In, "standard input")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name)
}

func readAll(r io.Reader, name string) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s: larger than 32MiB", name)
	}
	return data, err
}

// count returns a number with its noun: "no faults", "1 fault", "2 faults".
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// didYouMean ends a message about an unknown name: with the nearest known name or, if there
// is none, with another hint.
func didYouMean(near, otherwise string) string {
	if near != "" {
		return "; did you mean " + near + "?"
	}
	return "; " + strings.TrimSpace(otherwise)
}
