// Command builtin generates the tables of package mappings/builtin from the YAML
// files of package mappings, as Go literals, which need no parsing when a process
// starts. The arguments are the files to write: that of the tables, and that of the
// locales.
package main

import (
	"fmt"
	"os"

	"github.com/koine-proxy/koine/internal/gosource"
	"github.com/koine-proxy/koine/mappings"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file, localesFile string) error {
	l, err := mappings.Read()
	if err != nil {
		return err
	}
	locales, err := mappings.ReadLocales()
	if err != nil {
		return err
	}
	if err := write(file, "library", l); err != nil {
		return err
	}
	return write(localesFile, "locales", locales)
}

func write(file, variable string, v any) error {
	source, err := gosource.File("builtin", variable, v)
	if err != nil {
		return err
	}
	return os.WriteFile(file, source, 0o644)
}
