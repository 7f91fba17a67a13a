package koine

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/dialect/yamlfile"
	"github.com/koine-proxy/koine/internal/errorpage"
	"github.com/koine-proxy/koine/mappings/builtin"
	"github.com/koine-proxy/koine/translate"
)

// builtInLocales returns the built-in locales that a word of `locale` names: one by its
// language, zh for zh-Hans, or all of them; none if the word is a path.
func builtInLocales(name string) []*dialect.LocaleFile {
	all := builtin.Locales()
	if name == "all" {
		return all
	}
	for _, f := range all {
		if strings.EqualFold(f.Tag, name) || len(name) < len(f.Tag) && strings.EqualFold(f.Tag[:len(name)+1], name+"-") {
			return []*dialect.LocaleFile{f}
		}
	}
	return nil
}

// builtInLocaleNames returns the languages of the built-in locales.
func builtInLocaleNames() (names []string) {
	for _, f := range builtin.Locales() {
		names = append(names, f.Tag)
	}
	return names
}

// readLocales reads the locale files of the configuration.
func (t *tableFiles) readLocales(names []string) {
	for _, name := range names {
		if builtInLocales(name) != nil {
			t.locales = append(t.locales, inputFile{Name: name})
			continue
		}
		files, err := len(t.locales), t.err
		t.locales = append(t.locales, t.read("locale", name)...)
		if len(t.locales) == files && !isFile(name) && t.err != err { // it may have been meant as a language
			t.err = fmt.Errorf("%w; built-in locales are %s and all", t.err, strings.Join(builtInLocaleNames(), ", "))
		}
	}
}

// compileLocales returns the languages of the site. A file of a language that is built in
// adds to it.
func (t *tableFiles) compileLocales(taxonomy *translate.Taxonomy) (*translate.Locales, error) {
	files := builtInLocales(builtin.Locales()[0].Tag) // the default
	var errs []error
	for _, in := range t.locales {
		if in.Data == nil {
			files = append(files, builtInLocales(in.Name)...)
			continue
		}
		f, err := yamlfile.ReadLocale(in.Name, in.Data)
		errs = append(errs, err)
		if base := builtInLocales(f.Tag); f.Tag != "" && f.Tag != "all" && len(base) == 1 && strings.EqualFold(base[0].Tag, f.Tag) {
			files = append(files, base...)
		}
		files = append(files, f)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return translate.CompileLocales(taxonomy, withoutRepeated(files)...)
}

// withoutRepeated returns the files without those that are in the list a second time.
func withoutRepeated(files []*dialect.LocaleFile) (out []*dialect.LocaleFile) {
	for _, f := range files {
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// compilePage returns the page of the site.
func (t *tableFiles) compilePage() (*errorpage.Page, error) {
	if t.template == nil {
		return errorpage.Default, nil
	}
	page, err := errorpage.New(t.template.Name, t.template.Data)
	if err != nil {
		return nil, fmt.Errorf("html_template %w", err)
	}
	return page, nil
}
