// Command builtin generates the tables of package mappings/builtin from the YAML
// files of package mappings, as Go literals, which need no parsing when a process
// starts. The argument is the file to write.
package main

import (
	"fmt"
	"os"

	"github.com/koine-proxy/koine/internal/gosource"
	"github.com/koine-proxy/koine/mappings"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string) error {
	l, err := mappings.Read()
	if err != nil {
		return err
	}
	source, err := gosource.File("builtin", "library", l)
	if err != nil {
		return err
	}
	return os.WriteFile(file, source, 0o644)
}
