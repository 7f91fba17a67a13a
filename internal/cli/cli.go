// Package cli is what the commands of `caddy translate-errors` do, as far as
// they need no server: flags are read and exit statuses are set elsewhere.
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
	OK         Status = 0
	AtFault    Status = 1 // what the command was given is at fault
	WrongUsage Status = 2 // how the command was called is
)

// Streams are what a command reads and writes. The result goes to Out, so that it
// can be piped on; what is said about it goes to Talk.
type Streams struct {
	In        io.Reader
	Out, Talk io.Writer
}

// say writes a line of talk. Nobody can be told that it could not be written.
func (s Streams) say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.Talk, format+"\n", args...)
}

// print writes a part of the result.
func (s Streams) print(text string) Status {
	if _, err := io.WriteString(s.Out, text); err != nil {
		s.say("writing the result: %v", err)
		return AtFault
	}
	return OK
}

// maxFile bounds what is read of one file.
const maxFile = 32 << 20

// ReadFile reads a file, or, where its name is -, the standard input.
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
		err = fmt.Errorf("%s: it is larger than 32MiB", name)
	}
	return data, err
}

// count spells a number of things: "no faults", "1 fault", "2 faults".
func count(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing + "s"
	case 1:
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// orMeant ends a message about an unknown name by the one that was probably meant.
func orMeant(near, otherwise string) string {
	if near != "" {
		return "; did you mean " + near + "?"
	}
	return "; " + strings.TrimSpace(otherwise)
}
