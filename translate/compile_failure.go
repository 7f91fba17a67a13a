package translate

import (
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// failureRules is a compiled dialect.Failure.
type failureRules struct {
	general *compiledDialect // the general rules that read such a body
	status  int              // of an error for which neither its code nor the body gives one
	names   classifier       // of members
	words   classifier       // of values
	texts   []string         // in messages about a failure, in lower case
	frames  frameRules       // of streams
}

// class is a set of lists of dialect.Failure that a name or a word belongs to.
type class uint16

const (
	isFlag class = 1 << iota
	isSign
	isVerdict
	isErrorMember
	isList
	isFault
	isCodeName
	isKind
	isMessage
	isIdentity
	isNeutral
	isWrapper
	isContent
)

const (
	failedWord class = 1 << iota
	failedOutcome
	fineWord
	failedCode
)

// classifier finds the classes of a folded text.
type classifier struct {
	exact map[string]class
	globs []classGlob
}

type classGlob struct {
	glob  string
	class class
}

// add adds texts to a class. Those with a star are globs.
func (c *classifier) add(texts []string, of class) {
	for _, text := range texts {
		parts := strings.Split(text, "*")
		for i := range parts {
			parts[i] = string(appendFolded(nil, parts[i]))
		}
		if len(parts) > 1 {
			c.globs = append(c.globs, classGlob{strings.Join(parts, "*"), of})
			continue
		}
		if c.exact == nil {
			c.exact = map[string]class{}
		}
		c.exact[parts[0]] |= of
	}
}

// of returns the classes of a folded text.
func (c *classifier) of(folded []byte) class {
	found := c.exact[view(folded)]
	for i := range c.globs {
		if g := &c.globs[i]; matchesGlob(g.glob, view(folded)) {
			found |= g.class
		}
	}
	return found
}

// failure compiles the section about failures of general rules.
func (c *compiler) failure(d *compiledDialect, f *dialect.File) {
	s, e := f.Failure, c.engine
	if s == nil || e.failure != nil {
		return
	}
	r := &failureRules{general: d, status: s.Status}
	for _, names := range []struct {
		list  []string
		class class
	}{
		{s.Flags, isFlag}, {s.Signs, isSign}, {s.Verdicts, isVerdict}, {s.Errors, isErrorMember}, {s.Lists, isList}, {s.Faults, isFault}, {s.Codes, isCodeName}, {s.Kinds, isKind},
		{s.Messages, isMessage}, {s.Identities, isIdentity}, {s.Neutral, isNeutral}, {s.Wrappers, isWrapper}, {s.Contents, isContent},
	} {
		r.names.add(names.list, names.class)
	}
	r.words.add(s.Words, failedWord)
	r.words.add(s.Outcomes, failedOutcome)
	r.words.add(s.Fine, fineWord)
	r.words.add(s.CodeWords, failedCode)
	r.frames = newFrameRules(s)
	r.texts = lower(s.MessageWords)
	e.failure = r
	e.guessesFailures = c.success == SuccessErrorsGuess
	if r.status < 400 || r.status > 599 { // a file that was not read from YAML
		c.fault(f, s.At, "failure.status "+strconv.Itoa(r.status)+" must be from 400 to 599")
	}
}
