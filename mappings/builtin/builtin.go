// Package builtin holds the tables of package mappings as data of the program, so
// that a server starts without reading them.
package builtin

import (
	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/mappings"
)

//go:generate go run ../../internal/generate/builtin library_gen.go locales_gen.go

// Library returns the built-in tables, without positions and examples. They must
// not be changed.
func Library() mappings.Library { return library }

// Locales returns the built-in locales, without positions: the default first. They must
// not be changed.
func Locales() []*dialect.LocaleFile { return locales }
