package translate

import (
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
)

// statement is what the members of one object say about the request.
type statement struct {
	flag     bool // a flag is false: success: false
	zero     bool // a flag is 0, a status false, or an error true, as counters, devices and settings are too
	sign     bool // a sign is true: isError: true
	word     bool // a verdict is a failure: status: error
	outcome  bool // a verdict is a failure, but may be that of a record: status: failed
	list     bool // it has a list of errors
	fault    bool // it has an element that is an error
	complete bool // it has an error with code and text
	errors   bool // it has the code or the text of an error
	code     bool // it has a code that is one of errors
	coded    bool // it has any code
	numbered bool // it has a number as its code that is not that of a success
	regrets  bool // its text tells of a failure
	message  bool // it has a text
	fine     bool // it says that the request succeeded

	identity bool // it is a record
	detailed bool // it is a record with more than one member that only records have
	data     bool // it has data
	content  bool // it has data at a place for data

	inner    [maxJudgedWrappers]wrapper
	wrappers int
}

// wrapper is a member that may say something about the request.
type wrapper struct {
	value   value
	content bool
}

// isTold reports whether the reason of a failure is told.
func (s *statement) isTold() bool { return s.message || s.errors || s.complete || s.list || s.code }

// open returns the judgement of an object that does not say that it failed.
func (s *statement) open() judgement {
	if s.data || s.content || s.fine || s.identity {
		return cleared
	}
	return open
}

// isFault reports whether the members of an element that is called a fault are
// those of one.
func (s *statement) isFault() bool {
	return !s.identity && !s.fine && (!s.data || s.isTold() && s.code) && (s.isTold() || s.wrappers > 0)
}

// saysFailed reports whether the object says that the request failed.
func (s *statement) saysFailed(at scope) bool {
	if s.flag || s.sign || s.zero {
		if s.saysByFlag(at) {
			return true
		}
	}
	if s.data || s.identity {
		return false // what is said is about the data
	}
	if (s.word || s.outcome) && s.saysByWord(at) {
		return true
	}
	if s.fine || s.content || at.shielded {
		return false
	}
	if s.list || s.fault || s.complete || s.errors && (s.message || s.code || s.numbered || s.regrets) {
		return true
	}
	return !at.content && s.message && (s.code || s.numbered && s.regrets)
}

// saysByFlag reports whether a flag is about the request. At the top it is, unless
// it belongs to a record; elsewhere, and for a number, a reason must be told too, or
// there must be nothing else.
func (s *statement) saysByFlag(at scope) bool {
	if at.depth == 0 && (s.flag || s.sign) {
		return !s.identity || !s.data && !s.content && !s.detailed
	}
	return !s.identity && (s.isTold() || !s.data && !s.content && (at.depth == 0 || !s.zero))
}

// saysByWord reports whether a verdict is about the request, in an object that has no
// data.
func (s *statement) saysByWord(at scope) bool {
	switch {
	case at.content && at.depth == 0: // <job><status>error</status></job>
		return false
	case s.word && !at.content:
		return at.depth == 0 || !s.content
	case s.word || !at.content:
		return s.isTold() || at.depth == 0 && !s.content
	}
	return false
}

// note collects what the members of an object say.
func (j *failureJudge) note(v value, s *statement) {
	n := 0
	each(v, func(name string, child value) bool {
		j.budget--
		if n++; n > maxJudged || j.budget < 0 {
			s.data = true
			return false
		}
		j.noteMember(j.classOf(name), child, s)
		return true
	})
}

// noteMember collects what one member says.
func (j *failureJudge) noteMember(c class, v value, s *statement) {
	switch {
	case v.Type == gjson.JSON && !j.mayRead(v):
		s.data = true
	case isEmpty(v, maxEmptinessDepth), v.Type == gjson.JSON && j.notePairs(v, s):
	case c == 0:
		s.data = true
	case v.Type == gjson.JSON:
		j.noteContainer(c, v, s)
	case v.Type == gjson.True:
		j.noteTrue(c, s)
	case v.Type == gjson.False:
		s.noteFalse(c)
		s.data = s.data || c&(isFlag|isSign|isErrorMember|isList|isNeutral) == 0
	default:
		text, _ := scalar(v)
		j.noteText(c, text, s)
	}
}

func (j *failureJudge) noteTrue(c class, s *statement) {
	switch {
	case c&isSign != 0:
		s.sign = true
	case c&(isErrorMember|isList) != 0:
		s.zero = true
	case c&isFlag != 0:
		s.fine = true
	case c&isNeutral == 0:
		s.data = true
	}
}

// noteText collects what a text or a number says.
func (j *failureJudge) noteText(c class, text string, s *statement) {
	word := j.wordOf(text)
	n, isNumber := parseInteger(text)
	switch {
	case c&isIdentity != 0 && !(isNumber && n == 0):
		s.detailed, s.identity = s.identity, true
		return
	case c&isFlag != 0 && j.noteFlag(c, text, word, s):
		return
	case c&isVerdict != 0 && word&(failedWord|failedOutcome|fineWord) != 0:
		s.word, s.outcome, s.fine = s.word || word&failedWord != 0, s.outcome || word&failedOutcome != 0, s.fine || word&fineWord != 0
		return
	case c&isVerdict != 0 && j.startsWithFailure(text):
		s.word, s.message = true, true
		return
	case c&isSign != 0 && word&fineWord == 0 && text == "true":
		s.sign = true
		return
	}
	s.coded = s.coded || c&(isCodeName|isKind) != 0 && word&fineWord == 0 && !(isNumber && n == 0)
	s.numbered = s.numbered || c&(isCodeName|isVerdict) != 0 && isNumber && !isSuccessNumber(n)
	switch {
	case isNumber && n == 0:
		return
	case c&isErrorMember != 0 && word&fineWord == 0:
		s.message = s.message || s.errors // a second member about the error
		s.errors, s.regrets = true, s.regrets || strings.Contains(text, " ") && j.regrets(text)
	case c&isCodeName != 0 && (c&isVerdict == 0 && word&failedCode != 0 && word&fineWord == 0 || isErrorStatus(n)):
		s.code = true
	case c&isCodeName != 0 && word&fineWord != 0:
		s.fine = true
	case c&isFault != 0 && !isNumber && word&fineWord == 0:
		s.message = true
	case c&isMessage != 0 && !isNumber && word&fineWord == 0:
		s.message, s.regrets = true, s.regrets || j.regrets(text)
	case c&(isWrapper|isContent) != 0 && !isNumber && c&(isVerdict|isNeutral) != isVerdict:
		s.data = s.data || c&isContent == 0 && c&isNeutral == 0
		s.content = s.content || c&isContent != 0
	case c&(isMessage|isCodeName|isKind|isVerdict|isNeutral|isErrorMember|isFault) == 0:
		s.data = true
	}
}

// noteFlag collects what the text or number of a flag says, and reports whether it
// says anything.
func (j *failureJudge) noteFlag(c class, text string, word class, s *statement) bool {
	isFalse := text == "false" || text == "False" || text == "FALSE" || text == "no"
	switch {
	case c&isVerdict != 0 && !isFalse: // status: 0 is a success as often as not
		return false
	case isFalse:
		s.noteFalse(c)
	case word&(failedWord|failedOutcome) != 0:
		s.flag = true
	case text == "0":
		s.zero = true
	case word&fineWord != 0, text == "1":
		s.fine = true
	default:
		return false
	}
	return true
}

// noteFalse notes that a flag is false. A status that is false may be that of what the
// body describes: {"status":false,"lamp":"kitchen"}.
func (s *statement) noteFalse(c class) {
	s.zero = s.zero || c&isFlag != 0 && c&isVerdict != 0
	s.flag = s.flag || c&isFlag != 0 && c&isVerdict == 0
}

// isSuccessNumber reports whether a number is in use as the code of a success.
func isSuccessNumber(n int) bool { return n == 0 || n == 1 || n >= 100 && n <= 299 || n == 1000 }

// isErrorStatus reports whether a number is an HTTP status of errors.
func isErrorStatus(n int) bool { return n >= 400 && n <= 599 }

// noteContainer collects what an object or a list says.
func (j *failureJudge) noteContainer(c class, v value, s *statement) {
	switch {
	case c&isList != 0 || c&isErrorMember != 0 && v.IsArray():
		if j.hasErrors(v) {
			s.list = true
		} else {
			s.data = true
		}
	case c&(isErrorMember|isFault) != 0:
		var e statement
		j.note(v, &e)
		switch {
		case e.identity && e.data:
			s.data = true
		case e.message && (e.coded || e.errors) || e.list:
			s.complete = true
		case e.message:
			s.errors, s.regrets = true, s.regrets || e.regrets
		}
		s.fault = s.fault || c&isFault != 0 && j.isXML && e.isFault()
		s.addInner(v, true)
	case c&isMessage != 0 && !v.IsObject():
		s.message = true
	case c&(isWrapper|isContent) != 0:
		if v.IsArray() && (!j.isXML || c&isContent != 0 || !single(v).IsObject()) {
			s.data = true
			return
		}
		s.content = s.content || c&isContent != 0
		s.addInner(v, c&isContent != 0)
	case c&(isNeutral|isMessage) == 0:
		s.data = true
	}
}

func (s *statement) addInner(v value, content bool) {
	if s.wrappers < maxJudgedWrappers {
		s.inner[s.wrappers] = wrapper{v, content}
		s.wrappers++
	}
}

// hasErrors reports whether a list, or a map of field to text, has errors rather
// than records about errors.
func (j *failureJudge) hasErrors(v value) (found bool) {
	if !j.mayRead(v) {
		return false
	}
	records := false
	n := 0
	each(v, func(_ string, entry value) bool {
		n++
		switch {
		case entry.Type == gjson.String:
			found = found || strings.IndexFunc(entry.Str, unicode.IsLetter) >= 0 && !j.isFine(entry.Str)
		case entry.IsArray():
			found = found || j.hasErrors(entry)
		case entry.IsObject():
			var e statement
			j.note(entry, &e)
			records = records || e.identity
			found = found || e.isTold()
			if !found {
				for i := range e.inner[:e.wrappers] {
					found = found || j.hasErrors(e.inner[i].value)
				}
			}
		}
		return !records && n < maxJudged && j.budget > 0
	})
	return found && !records
}
