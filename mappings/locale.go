package mappings

import (
	"errors"
	"io/fs"
	"path"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
)

// localesFolder is the folder of the locale files among Files.
const localesFolder = "locales"

// DefaultLocale is the language of the taxonomy.
const DefaultLocale = "en"

// ReadLocales reads the built-in locale files, with positions: the default first, then by
// name.
func ReadLocales() (locales []*dialect.LocaleFile, err error) {
	names, _ := fs.Glob(Files, path.Join(localesFolder, "*.yaml")) // the pattern is well-formed
	var errs []error
	for _, name := range names {
		f, err := readTable(name, yamlfile.ReadLocale)
		errs = append(errs, err)
		if f != nil && f.Tag == DefaultLocale {
			locales = append([]*dialect.LocaleFile{f}, locales...)
		} else if f != nil {
			locales = append(locales, f)
		}
	}
	return locales, errors.Join(errs...)
}
