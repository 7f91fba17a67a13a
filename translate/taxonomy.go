package translate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// Taxonomy is the closed list of canonical codes, and the generic code of every
// status. It is immutable.
type Taxonomy struct {
	codes   map[string]*Code
	generic [200]*Code // by status less 400
}

// Lookup returns the code of that name, or nil.
func (t *Taxonomy) Lookup(name string) *Code { return t.codes[name] }

// Generic returns the code of an error for which only the status is known. A
// status outside 400 to 599 counts as 500.
func (t *Taxonomy) Generic(status int) *Code {
	if status < 400 || status > 599 {
		status = 500
	}
	return t.generic[status-400]
}

// Codes returns all codes, sorted by name.
func (t *Taxonomy) Codes() []*Code {
	out := make([]*Code, 0, len(t.codes))
	for _, c := range t.codes {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Code) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// CompileTaxonomy joins files into one taxonomy. A later file overrides the codes
// of an earlier one; within a file, a code may occur once. All faults are reported
// at once, except those of files that are partial. With an error, or with such files, the
// taxonomy serves only to look for faults elsewhere; it is nil if most of those would be
// none.
func CompileTaxonomy(files ...*dialect.TaxonomyFile) (*Taxonomy, error) {
	var faults dialect.Faults
	t := &Taxonomy{codes: map[string]*Code{}}
	usable := true
	add := func(f *dialect.TaxonomyFile, found dialect.Faults) {
		if usable = usable && !(f.Partial && len(f.Codes) == 0); !f.Partial {
			faults = append(faults, found...)
		}
	}
	for _, f := range files {
		add(f, t.addCodes(f))
	}
	for _, f := range files {
		add(f, t.addGeneric(f))
	}
	if len(faults) == 0 {
		faults = t.checkGeneric(files)
	}
	for i, code := range t.Codes() {
		code.index = i + 1
	}
	err := faults.Err()
	if !usable || slices.Contains(t.generic[:], nil) {
		return nil, err
	}
	return t, err
}

func (t *Taxonomy) addCodes(f *dialect.TaxonomyFile) (faults dialect.Faults) {
	seen := map[string]dialect.Pos{}
	for i := range f.Codes {
		entry := &f.Codes[i]
		if first, ok := seen[entry.Name]; ok {
			faults = append(faults, f.NewFault(entry.At, "duplicate code "+entry.Name+" (first on line "+strconv.Itoa(first.Line)+")"))
			continue
		}
		seen[entry.Name] = entry.At
		code := newCode(entry)
		for _, message := range code.faults() {
			faults = append(faults, f.NewFault(entry.At, message))
		}
		t.codes[code.Name] = code
	}
	return faults
}

func (t *Taxonomy) addGeneric(f *dialect.TaxonomyFile) (faults dialect.Faults) {
	names := codeNames{taxonomy: t}
	var classes, numbers []dialect.GenericEntry
	for _, g := range f.Generic {
		if strings.HasSuffix(g.Status, "xx") {
			classes = append(classes, g)
			continue
		}
		numbers = append(numbers, g)
	}
	for _, g := range append(classes, numbers...) { // a number is more specific than its class
		code := t.codes[g.Code]
		if code == nil {
			faults = append(faults, f.NewFault(g.CodeAt, names.unknown(g.Code)))
			continue
		}
		switch n, err := strconv.Atoi(g.Status); {
		case g.Status == "4xx":
			fill(t.generic[:100], code)
		case g.Status == "5xx":
			fill(t.generic[100:], code)
		case err != nil || n < 400 || n > 599:
			faults = append(faults, f.NewFault(g.At, "generic "+strconv.Quote(g.Status)+" must be a status from 400 to 599, 4xx or 5xx"))
		default:
			t.generic[n-400] = code
		}
	}
	return faults
}

// checkGeneric reports statuses without a generic code: every status must have one.
func (t *Taxonomy) checkGeneric(files []*dialect.TaxonomyFile) (faults dialect.Faults) {
	name := ""
	if len(files) > 0 {
		name = files[0].File
	}
	for i, class := range []string{"4xx", "5xx"} {
		if slices.Contains(t.generic[i*100:i*100+100], nil) {
			faults = append(faults, dialect.Fault{File: name, Message: "generic: " + class + " is missing; add the code for " + class + " statuses that are not listed"})
		}
	}
	return faults
}

func fill(codes []*Code, c *Code) {
	for i := range codes {
		codes[i] = c
	}
}

// Unknown returns the message about a code that the taxonomy does not have, with the
// nearest one that it has.
func (t *Taxonomy) Unknown(name string) string {
	n := codeNames{taxonomy: t}
	return n.unknown(name)
}

// codeNames makes messages about unknown canonical codes.
type codeNames struct {
	taxonomy *Taxonomy
	words    *suggest.Words
}

// unknown returns the message about an unknown canonical code, with the nearest known
// one.
func (n *codeNames) unknown(name string) string {
	msg := "unknown canonical code " + strconv.Quote(name)
	if !dialect.IsCodeName(name) {
		msg += "; a canonical code is two or three upper-case words joined by dots, such as RESOURCE.NOT_FOUND"
	}
	if n.words == nil {
		var names []string
		for _, c := range n.taxonomy.Codes() {
			names = append(names, c.Name)
		}
		n.words = suggest.NewWords(names)
	}
	if near := n.words.Nearest(name); near != "" {
		return msg + "; did you mean " + near + "?"
	}
	return msg + "; add it to a taxonomy file, or use one that exists"
}
