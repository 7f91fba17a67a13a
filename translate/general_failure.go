package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// detectFailure returns the general rules if a success says itself that it failed,
// and nil otherwise. A wrong answer would replace a success by an error, so a
// doubtful body is a success: a mere member called error, code or message proves
// nothing, and neither does the status of a record that the body describes.
func (x *extraction) detectFailure() *compiledDialect {
	r := x.engine.failure
	if r == nil || !x.root.Exists() {
		return nil
	}
	if j := x.newJudge(); !j.startsWithFault(x.text) && (x.format&structured == 0 || j.judgeBody(x.root) != failed) {
		return nil
	}
	x.failed = true
	return x.readGeneral(r.general)
}

// readGeneral reads a body that says that it is an error by general rules, whether or
// not they find anything in it.
func (x *extraction) readGeneral(g *compiledDialect) *compiledDialect {
	x.match(g, &x.native)
	if g.lexicon != nil && x.readByNames(g) {
		x.native.code = x.general.code.text
	}
	return g
}

// startsWithFault reports whether a text starts with the tag of an element that is an
// error, even if it is not complete XML: <ERROR CODE="708" TEXT="…">. No element of
// HTML has such a name.
func (j *failureJudge) startsWithFault(text string) bool {
	if j.isXML || text == "" || text[0] != '<' {
		return false
	}
	end := 1
	for end < len(text) && end <= maxJudgedName && (isLetter(text[end]) || text[end] == '_') {
		end++
	}
	if end == len(text) || text[end] != ' ' && text[end] != '>' {
		return false
	}
	return j.classOf(text[1:end])&isFault != 0
}

// structured are the formats in which a body can say that it failed.
var structured = newFormatSet(dialect.FormatJSON, dialect.FormatXML, dialect.FormatForm, dialect.FormatText)

var onlyXML = newFormatSet(dialect.FormatXML)

// failureJudge judges one body.
type failureJudge struct {
	rules  *failureRules
	isXML  bool
	isText bool
	budget int                 // how many members may still be judged
	work   int                 // how many bytes of containers may still be read
	folded [maxJudgedName]byte // scratch space
}

// Containers are read more than once, at every depth. These bounds make the work
// linear in the body: the members that are judged, and the bytes of containers as a
// multiple of those of the body.
const (
	maxJudgedMembers = 2000
	maxReadings      = 12
)

func (x *extraction) newJudge() failureJudge {
	return failureJudge{rules: x.engine.failure, isXML: x.format == onlyXML, isText: x.format == onlyText, budget: maxJudgedMembers, work: maxReadings * len(x.root.Raw)}
}

// judgement is what an object says about the request.
type judgement uint8

const (
	open    judgement = iota // nothing yet: what follows may say that it failed
	cleared                  // it has data, or says that it succeeded
	failed                   // it says that it failed
)

// scope is where an object is, which decides how much it proves.
type scope struct {
	depth    int
	content  bool // it may be what the success is about: the member data, the root of XML
	shielded bool // there is data, or the word of a success, around it
}

const (
	maxWrappers       = 4   // the depth to which objects are judged
	maxJudged         = 128 // the members of an object that are judged; more of them are data
	maxJudgedWrappers = 6   // the wrappers of one object that are judged
	maxJudgedName     = 64  // bytes of a name or a word; a longer one is none of those listed
	maxEmptinessDepth = 4   // the depth to which a value is searched for data
)

// judgeBody judges the whole body.
func (j *failureJudge) judgeBody(root value) judgement {
	switch {
	case j.isText:
		text := ""
		each(root, func(_ string, v value) bool {
			text = v.Str
			return false
		})
		return j.judgeLines(text)
	case !j.isXML:
		return j.judge(root, scope{})
	}
	result := open
	each(root, func(name string, v value) bool { // the root element
		class := j.classOf(name)
		at := scope{content: class&(isWrapper|isFault) == 0}
		if v.Type == gjson.String { // <status>failed</status> may be the status of anything
			if result = cleared; class&(isErrorMember|isFault) != 0 && v.Str != "" && !j.isFine(v.Str) {
				result = failed
			}
			return false
		}
		if class&isFault != 0 {
			var s statement
			if j.note(v, &s); s.isFault() {
				result = failed
				return false
			}
		}
		result = j.judge(v, at)
		return false
	})
	return result
}

// judge judges an object, or a list of one.
func (j *failureJudge) judge(v value, at scope) judgement {
	var s statement
	switch v = single(v); {
	case !j.mayRead(v):
		return cleared
	case v.IsObject():
		j.note(v, &s)
	case !v.IsArray() || !j.notePairs(v, &s):
		return cleared
	}
	if s.saysFailed(at) {
		return failed
	}
	result := s.open()
	if at.depth == maxWrappers {
		return result
	}
	for i := range s.inner[:s.wrappers] {
		w := &s.inner[i]
		inside := scope{depth: at.depth + 1, content: w.content || at.content, shielded: at.shielded || s.data || s.fine || s.identity}
		switch j.judge(w.value, inside) {
		case failed:
			return failed
		case cleared:
			result = cleared
		}
	}
	return result
}

// mayRead reports whether a container may be read once more, and counts it.
func (j *failureJudge) mayRead(v value) bool {
	j.work -= len(v.Raw)
	return j.work >= 0
}

// single returns the element of a list of one, and any other value unchanged.
func single(v value) value {
	if !v.IsArray() {
		return v
	}
	return onlyChild(v)
}

// classOf returns the classes of a name.
func (j *failureJudge) classOf(name string) class {
	if len(name) > maxJudgedName {
		return 0
	}
	return j.rules.names.of(appendFolded(j.folded[:0], name))
}

// wordOf returns the classes of a text.
func (j *failureJudge) wordOf(text string) class {
	if len(text) > maxJudgedName {
		return 0
	}
	return j.rules.words.of(appendFolded(j.folded[:0], text))
}

// isFine reports whether a text means that there is no error.
func (j *failureJudge) isFine(text string) bool {
	if n, ok := parseInteger(text); ok {
		return n == 0
	}
	return j.wordOf(text)&fineWord != 0
}

// isEmpty reports whether a value has nothing to tell: null, an empty text, or a
// container of such values.
func isEmpty(v value, depth int) bool {
	switch v.Type {
	case gjson.Null:
		return true
	case gjson.String:
		return v.Str == ""
	case gjson.JSON:
		empty := depth > 0
		each(v, func(_ string, child value) bool {
			empty = empty && isEmpty(child, depth-1)
			return empty
		})
		return empty
	}
	return false
}

// parseInteger returns the number of a text of digits, with or without a sign. Unlike
// strconv.Atoi, it needs no memory for a text that is none.
func parseInteger(text string) (n int, ok bool) {
	digits := strings.TrimLeft(text, "+-")
	if digits == "" || len(digits) > 12 || len(text)-len(digits) > 1 {
		return 0, false
	}
	for i := range len(digits) {
		if !isDigit(digits[i]) {
			return 0, false
		}
		n = n*10 + int(digits[i]-'0')
	}
	if text[0] == '-' {
		n = -n
	}
	return n, true
}
