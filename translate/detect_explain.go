package translate

import (
	"fmt"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// mismatch is the condition of a dialect that a response does not satisfy. It has
// no text: detection makes many of them, and only explanations describe one.
type mismatch struct {
	what condition
	at   *location // of the member that decides
	name string    // of the header, text or code that decides
}

type condition uint8

const (
	matched condition = iota // all conditions hold
	keyMissing
	anyMissing
	typeDiffers
	valueDiffers
	valueExcluded
	textDiffers
	keyPresent
	keyUnexpected
	headerDiffers
	mediaTypeDiffers
	statusDiffers
	formatDiffers
	textMissing
	codeMissing
	codeFormDiffers
	codeUnlisted
	notOnSuccess
	unproven
)

// Explanation describes how an engine detects the dialect of a response. It is
// meant for people: Translation.ReadResponse is faster.
type Explanation struct {
	Dialect       string  // the dialect that reads the response, which may be general rules; "" if none does
	Variant       string  // of that dialect; "" for the dialect itself
	PassesThrough bool    // there is no error to translate
	Trials        []Trial // of every dialect, in the order of detection
}

// Trial is the result of matching one dialect.
type Trial struct {
	Dialect     string
	Variant     string // "" for the dialect itself
	General     bool   // general rules, which are tried if no other dialect matches
	PassThrough bool   // the site passes errors of this dialect through
	On2xx       bool   // its errors also come with a 2xx status, on sites that name it
	Matched     bool
	Code        string // the native code, if the dialect matched
	InTable     bool   // a row has the code, or the taxonomy if the codes are canonical
	Found       int    // how many of the members that the match requires the body has
	Required    int    // how many the match requires
	Mismatch    Mismatch
}

// Mismatch is the first condition of a dialect that a response does not meet.
type Mismatch struct {
	Condition string // the key of `match`, such as keys; "" if the dialect matches
	Name      string // the path, header, text or code that decides; "" if the condition has none
	Text      string // the reason in words
}

// Title returns the name of the dialect with that of the variant.
func (t *Trial) Title() string { return Title(t.Dialect, t.Variant) }

// Title returns the name of a dialect with that of a variant, if it is one.
func Title(dialectName, variant string) string {
	f := dialect.File{Name: dialectName, Variant: variant}
	return f.Title()
}

// Reason describes why the dialect matches or does not.
func (t *Trial) Reason() string {
	switch {
	case !t.Matched:
		return t.Mismatch.Text
	case t.Code == "":
		return "it matches, and the body has no code"
	case t.InTable:
		return fmt.Sprintf("it matches, and its table has the code %q", t.Code)
	}
	return fmt.Sprintf("it matches, but its table does not have the code %q", t.Code)
}

// Explain matches every dialect of the engine, in the order of detection.
func (e *Engine) Explain(r Response) Explanation {
	t := e.Acquire()
	defer t.Release()
	t.ReadResponse(r)
	out := Explanation{Dialect: t.DetectedDialect(), Variant: t.DetectedVariant(), PassesThrough: t.PassesThrough(), Trials: make([]Trial, len(e.dialects))}
	t.reset()
	t.open(&r)
	t.findHost()
	for i, d := range e.dialects {
		out.Trials[i] = t.explain(d)
	}
	return out
}

// explain matches one dialect.
func (d *detection) explain(c *compiledDialect) Trial {
	k := &d.trial
	why := d.match(c, k)
	if why.what == matched && !d.isAttributed(c, k) {
		why = mismatch{what: unproven, name: k.code}
	}
	out := Trial{Dialect: c.name, Variant: c.variant, General: c.general, PassThrough: c.passThrough, On2xx: c.successStatus != 0, Matched: why.what == matched, Mismatch: why.explain(c)}
	if out.Matched {
		out.Code, out.InTable = strings.Clone(k.code), d.engine.findRow(c, k) || c.identity
	}
	for i := range c.requirements {
		n := &c.requirements[i]
		if !n.isIndexable() {
			continue
		}
		out.Required++
		if c.formats&d.format != 0 && d.matchRequirement(n).what == matched {
			out.Found++
		}
	}
	return out
}

// explain describes the mismatch for people.
func (m mismatch) explain(d *compiledDialect) Mismatch {
	name := m.describe(d)
	because := func(condition, format string, args ...any) Mismatch {
		return Mismatch{Condition: condition, Name: name, Text: fmt.Sprintf(format, args...)}
	}
	switch m.what {
	case keyMissing:
		return because("keys", "the member %s is missing", name)
	case anyMissing:
		return because("any", "all alternatives are missing, such as %s", name)
	case typeDiffers:
		return because("types", "the member %s has another type", name)
	case valueDiffers:
		return because("equals", "the member %s has another value", name)
	case textDiffers:
		return because("like", "the member %s has another value", name)
	case valueExcluded:
		return because("not", "the member %s has an excluded value", name)
	case keyPresent:
		return because("lacks", "the member %s is present", name)
	case keyUnexpected:
		return because("only_keys", "the member %s is unexpected", name)
	case headerDiffers:
		return because("header", "the header %s is missing or different", name)
	case mediaTypeDiffers:
		return because("header", "the media type is different")
	case statusDiffers:
		return because("status", "the status is different")
	case formatDiffers:
		return because("format", "the body has another format")
	case textMissing:
		return because("contains", "the text %q is missing", name)
	case codeMissing:
		return because("code_is", "there is no code at %s", name)
	case codeFormDiffers:
		return because("code_is", "the code at %s does not have the form %s", name, d.codeForm)
	case codeUnlisted:
		return because("code_is", "the code %q is not in its table", name)
	case notOnSuccess:
		return because("success_errors", "its errors do not come with this status")
	case unproven:
		return because("evidence", "it matches, but %s; to use the dialect, name it in the configuration", d.missingEvidence(name))
	}
	return Mismatch{}
}

// describe returns the path, header, text or code that decides; "" if the
// condition has none.
func (m mismatch) describe(d *compiledDialect) string {
	switch {
	case m.at != nil:
		return m.at.String()
	case m.what == codeMissing, m.what == codeFormDiffers:
		return d.codeName()
	}
	return strings.Clone(m.name)
}

// codeName returns the first place from which a dialect reads its code, for
// explanations.
func (d *compiledDialect) codeName() string {
	x := &d.code[0]
	if x.header != "" {
		return "the header " + x.header
	}
	return x.Path.String()
}

// missingEvidence describes what it takes to attribute an error to the dialect.
func (d *compiledDialect) missingEvidence(code string) string {
	switch {
	case d.evidence == dialect.EvidenceCode:
		return fmt.Sprintf("its table does not document the code %q with this status", code)
	case len(d.hosts) > 0:
		return "so do errors of other APIs, and the upstream is not " + strings.Join(d.hosts, " or ")
	}
	return "so do errors of other APIs"
}
