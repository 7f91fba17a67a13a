// Package catalog explains canonical codes: what each means, what to do about it, how to
// repeat a request, what its answers look like, and which native codes lead to it. It is
// the one source of the pages of a server, of files, and of what a terminal shows.
package catalog

import (
	"slices"
	"strings"

	"github.com/koine-proxy/koine/internal/suggest"
	"github.com/koine-proxy/koine/translate"
)

// Options are the inputs of a catalogue.
type Options struct {
	// The engine whose taxonomy is explained, and which renders the samples. It is not nil.
	Engine *translate.Engine

	// The settings of the site, by which the samples are rendered.
	Policy translate.Policy

	// The language of messages and samples; nil for that of the taxonomy.
	Locale *translate.Locale

	// Whether native codes are listed.
	Dialects bool
}

// Catalog explains the codes of a taxonomy. It is immutable.
type Catalog struct {
	options Options
	sampler *translate.Engine
	entries []*Entry
	byName  map[string]*Entry
	domains []Domain
}

// Entry is what there is to say about one code.
type Entry struct {
	*translate.Code
	Shown   string   // the message, in the language of the catalogue
	Lang    string   // the language of Shown; "" if unknown
	Generic []int    // the statuses of which it is the generic code, sorted
	Related []*Entry // codes that are near it, the nearest first
	Native  []Native // sorted; only with Options.Dialects

	search string // in lower case
}

// Native is a native code that leads to a canonical one.
type Native struct {
	Dialect string // "*" for every dialect of the site
	Code    string // as in a mapping file
	Status  int    // that the upstream sends with it; 0 if unknown
}

// Domain is the first word of some codes.
type Domain struct {
	Name    string
	Entries []*Entry
}

// New returns the catalogue of an engine.
func New(o Options) *Catalog {
	codes := o.Engine.Taxonomy().Codes()
	c := &Catalog{options: o, sampler: newSampler(o.Engine.Taxonomy()), entries: make([]*Entry, len(codes)), byName: make(map[string]*Entry, len(codes))}
	for i, code := range codes {
		c.entries[i] = &Entry{Code: code, Shown: code.Message}
		if o.Locale != nil {
			c.entries[i].Shown, c.entries[i].Lang = o.Locale.Message(code)
		}
		c.byName[code.Name] = c.entries[i]
		domain, _, _ := strings.Cut(code.Name, ".")
		if n := len(c.domains); n == 0 || c.domains[n-1].Name != domain {
			c.domains = append(c.domains, Domain{Name: domain})
		}
		last := &c.domains[len(c.domains)-1]
		last.Entries = append(last.Entries, c.entries[i])
	}
	for status := 400; status <= 599; status++ {
		e := c.byName[o.Engine.Taxonomy().Generic(status).Name]
		e.Generic = append(e.Generic, status)
	}
	c.relate()
	if o.Dialects {
		for _, n := range o.Engine.NativeCodes() {
			e := c.byName[n.Code.Name]
			e.Native = append(e.Native, Native{n.Dialect, n.Native, n.Status})
		}
	}
	for _, e := range c.entries {
		e.setSearch()
	}
	return c
}

// Entries returns the entries of all codes, sorted by name.
func (c *Catalog) Entries() []*Entry { return c.entries }

// Domains returns the entries by the first word of their codes.
func (c *Catalog) Domains() []Domain { return c.domains }

// HasDialects reports whether native codes are listed.
func (c *Catalog) HasDialects() bool { return c.options.Dialects }

// Lookup returns the entry of a code, ignoring case; nil if there is none.
func (c *Catalog) Lookup(name string) *Entry {
	if len(name) > maxQuery {
		return nil
	}
	return c.byName[strings.ToUpper(name)]
}

// maxSuggestions bounds the codes that are suggested for an unknown one.
const maxSuggestions = 6

// Suggest returns the codes that may be meant by an unknown one: the most similar one, then
// those that contain its words.
func (c *Catalog) Suggest(name string) (out []*Entry) {
	if len(name) > maxQuery {
		return nil
	}
	names := make([]string, len(c.entries))
	for i, e := range c.entries {
		names[i] = e.Name
	}
	add := func(e *Entry) {
		if e != nil && len(out) < maxSuggestions && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	add(c.byName[suggest.Nearest(name, names)])
	words := strings.FieldsFunc(strings.ToUpper(name), isBetweenWords)
	slices.Reverse(words) // the last word says most
	for _, word := range words {
		for _, e := range c.entries {
			if len(word) > 2 && slices.Contains(strings.FieldsFunc(e.Name, isBetweenWords), word) {
				add(e)
			}
		}
	}
	return out
}

func isBetweenWords(r rune) bool { return !('A' <= r && r <= 'Z' || '0' <= r && r <= '9') }
