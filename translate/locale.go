package translate

import (
	"slices"
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/internal/suggest"
)

// Locale has the texts of one language, with those of others in place of what it lacks.
// It is immutable.
type Locale struct {
	tag      string
	messages []phrase // by Code.index
	field    phrase
	advice   []phrase // by the position in Categories
	labels   [labelCount]phrase
}

// Tag returns the language of the locale.
func (l *Locale) Tag() string { return l.tag }

// Message returns the message of a code, and its language.
func (l *Locale) Message(c *Code) (text, tag string) {
	p := l.message(c)
	return p.plain, p.tag
}

// message returns the message of a code. Without a locale, and for the codes of another
// Koine instance, it is that of the taxonomy.
func (l *Locale) message(c *Code) *phrase {
	if l == nil || c.index == 0 || c.index >= len(l.messages) {
		return &c.phrase
	}
	return &l.messages[c.index]
}

// fieldMessage returns the message about a field whose own message is not sent.
func (l *Locale) fieldMessage() string {
	if l == nil || l.field.plain == "" {
		return defaultFieldMessage
	}
	return l.field.plain
}

// adviceOn returns what people can do about an error of a category.
func (l *Locale) adviceOn(c Category) *phrase {
	if i := slices.Index(Categories(), c); l != nil && i >= 0 {
		return &l.advice[i]
	}
	return &phrase{}
}

// label returns the text of a label.
func (l *Locale) label(name label) *phrase {
	if l == nil {
		return &phrase{}
	}
	return &l.labels[name]
}

// label is a word or two around the parts of an error, where people read it.
type label int

// The labels.
const (
	labelFields label = iota
	labelWait
	labelCode
	labelRequestID
	labelCopy
	labelCopied
	labelDocs
	labelCount
)

// labelNames are the names of the labels in locale files.
var labelNames = [labelCount]string{"fields", "wait", "code", "request_id", "copy", "copied", "docs"}

// phrase is a text in the forms in which it is sent.
type phrase struct {
	plain string
	json  string // with quotes
	html  string // escaped
	tag   string // of the language
}

func newPhrase(text, tag string) phrase {
	return phrase{text, string(appendString(nil, text)), string(appendMarkupText(nil, text)), tag}
}

// CompileLocales makes locales for the codes of a taxonomy. The first file is that of
// the default, in the language of the taxonomy. Files of the same language are joined; a
// later one overrides an earlier one. What a language lacks is taken from the language
// that its tag begins with, as fr for fr-CA, or else from the default. All faults are
// reported at once.
func CompileLocales(t *Taxonomy, files ...*dialect.LocaleFile) (*Locales, error) {
	c := localeCompiler{taxonomy: t, byTag: map[string]*Locale{}}
	for _, f := range files {
		c.check(f)
	}
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	for _, f := range sortByTag(files) {
		c.add(f)
	}
	l := &Locales{}
	for _, f := range files { // in the order of the site
		if one := c.byTag[strings.ToLower(f.Tag)]; !slices.Contains(l.list, one) {
			l.list = append(l.list, one)
		}
	}
	l.index()
	return l, nil
}

// sortByTag returns the files with the default first, and each language before those
// whose tags begin with it. Files of one language keep their order.
func sortByTag(files []*dialect.LocaleFile) []*dialect.LocaleFile {
	sorted := slices.Clone(files)
	rank := func(f *dialect.LocaleFile) int {
		if strings.EqualFold(f.Tag, files[0].Tag) {
			return -1
		}
		return strings.Count(f.Tag, "-")
	}
	slices.SortStableFunc(sorted, func(a, b *dialect.LocaleFile) int { return rank(a) - rank(b) })
	return sorted
}

// localeCompiler compiles locale files and collects faults.
type localeCompiler struct {
	taxonomy *Taxonomy
	byTag    map[string]*Locale // by the tag in lower case
	first    *Locale
	faults   dialect.Faults
}

// check finds the mistakes in a file.
func (c *localeCompiler) check(f *dialect.LocaleFile) {
	if !f.Partial && !isLanguageTag(f.Tag) {
		c.faults = append(c.faults, f.NewFault(f.At, "locale must be a language tag such as de, pt-BR or zh-Hans, not "+suggest.List([]string{f.Tag})))
	}
	names := codeNames{taxonomy: c.taxonomy}
	for _, m := range f.Messages {
		if c.taxonomy.Lookup(m.Key) == nil {
			c.faults = append(c.faults, f.NewFault(m.At, names.unknown(m.Key)))
		}
	}
	c.checkKeys(f, "advice: unknown category ", f.Advice, categoryNames())
	c.checkKeys(f, "unknown label ", f.Labels, labelNames[:])
}

func (c *localeCompiler) checkKeys(f *dialect.LocaleFile, what string, texts []dialect.LocaleText, known []string) {
	for _, text := range texts {
		if slices.Contains(known, text.Key) {
			continue
		}
		message := what + text.Key + "; expected one of " + strings.Join(known, ", ")
		if near := suggest.Nearest(text.Key, known); near != "" {
			message = what + text.Key + "; did you mean " + near + "?"
		}
		c.faults = append(c.faults, f.NewFault(text.At, message))
	}
}

func categoryNames() (names []string) {
	for _, category := range Categories() {
		names = append(names, string(category))
	}
	return names
}

// add adds a file to the locale of its language.
func (c *localeCompiler) add(f *dialect.LocaleFile) {
	tag := strings.ToLower(f.Tag)
	l := c.byTag[tag]
	if l == nil {
		l = c.base(tag).clone()
		l.tag = f.Tag
		c.byTag[tag] = l
		if c.first == nil {
			c.first = l
		}
	}
	if f.Field != "" {
		l.field = newPhrase(f.Field, f.Tag)
	}
	for _, m := range f.Messages {
		l.messages[c.taxonomy.Lookup(m.Key).index] = newPhrase(m.Text, f.Tag)
	}
	for _, a := range f.Advice {
		l.advice[slices.Index(categoryNames(), a.Key)] = newPhrase(a.Text, f.Tag)
	}
	for _, one := range f.Labels {
		l.labels[slices.Index(labelNames[:], one.Key)] = newPhrase(one.Text, f.Tag)
	}
}

// base returns the locale from which a language takes what it lacks.
func (c *localeCompiler) base(tag string) *Locale {
	for i := strings.LastIndexByte(tag, '-'); i > 0; i = strings.LastIndexByte(tag[:i], '-') {
		if l := c.byTag[tag[:i]]; l != nil {
			return l
		}
	}
	if c.first != nil {
		return c.first
	}
	l := &Locale{messages: make([]phrase, len(c.taxonomy.codes)+1), advice: make([]phrase, len(Categories()))}
	for _, code := range c.taxonomy.codes {
		l.messages[code.index] = code.phrase
	}
	return l
}

// clone returns a copy that can be changed.
func (l *Locale) clone() *Locale {
	next := *l
	next.messages, next.advice = slices.Clone(l.messages), slices.Clone(l.advice)
	return &next
}

// isLanguageTag reports whether a text has the form of a language tag (BCP 47).
func isLanguageTag(s string) bool {
	first, _, _ := strings.Cut(s, "-")
	if len(first) < 2 || len(first) > 3 {
		return false
	}
	for part := range strings.SplitSeq(s, "-") {
		if len(part) < 1 || len(part) > 8 {
			return false
		}
		for i := range len(part) {
			if !isLetter(part[i]) && !isDigit(part[i]) {
				return false
			}
		}
	}
	return isLetter(first[0]) && isLetter(first[1]) && isLetter(first[len(first)-1])
}
