package translate

import (
	"strings"
	"unicode"

	"github.com/tidwall/gjson"
)

// notePairs collects what pairs of name and value say, as if they were members:
// `<INFO name="QUERY_STATUS" value="ERROR"/>`, and the members of a struct of
// XML-RPC. It reports whether the value is such a pair, or a list of them.
func (j *failureJudge) notePairs(v value, s *statement) bool {
	if v.IsObject() {
		name, text, ok := j.pairOf(v)
		if ok {
			j.noteMember(j.classOf(name), text, s)
		}
		return ok
	}
	n, all := 0, true
	each(v, func(_ string, element value) bool {
		name, text, ok := j.pairOf(element)
		if all = ok; ok && n < maxJudged {
			j.noteMember(j.classOf(name), text, s)
		}
		n++
		return all
	})
	return all && n > 0
}

// pairOf returns the name and the value of a pair.
func (j *failureJudge) pairOf(v value) (name string, text value, ok bool) {
	if !v.IsObject() {
		return "", value{}, false
	}
	each(v, func(key string, child value) bool {
		switch strings.TrimPrefix(key, "@") {
		case "name":
			name = child.Str
		case "value":
			text = scalarOf(child)
		case "key":
			if name == "" {
				name = child.Str
			}
		}
		return true
	})
	return name, text, name != "" && text.Exists() && text.Type != gjson.JSON
}

// scalarOf returns the only member of an object, such as {"int":"7"}, or the value
// itself.
func scalarOf(v value) value {
	if !v.IsObject() {
		return v
	}
	return onlyChild(v)
}

// maxJudgedLines bounds the lines of a text that are judged as members.
const maxJudgedLines = 32

// judgeLines judges a text whose lines all are members: `Status: Declined`, or
// `error=3000`.
func (j *failureJudge) judgeLines(text string) judgement {
	if j.isFailureLine(text) {
		return failed
	}
	var s statement
	n := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		end := strings.IndexAny(line, ":=")
		if n++; n > maxJudgedLines || end <= 0 || !isMemberName(line[:end]) {
			return cleared
		}
		raw := strings.TrimSpace(line[end+1:])
		j.noteMember(j.classOf(line[:end]), value{Type: gjson.String, Raw: raw, Str: raw}, &s)
	}
	if n > 1 && s.saysFailed(scope{}) {
		return failed
	}
	return s.open()
}

// startsWithFailure reports whether a text begins with a word that means a failure,
// separated from the reason: ERROR:2:The door is blocked.
func (j *failureJudge) startsWithFailure(text string) bool {
	end := strings.IndexAny(text[:min(len(text), maxJudgedName)], ":|")
	return end > 0 && end+1 < len(text) && j.wordOf(text[:end])&(failedWord|failedOutcome) != 0
}

// isFailureLine reports whether a text is one line that begins with an upper-case word
// that means a failure: ERR badtoken. Logs have more lines, or a time first.
func (j *failureJudge) isFailureLine(text string) bool {
	end := strings.IndexAny(text[:min(len(text), maxJudgedName)], " :|,")
	if end < 2 || strings.ContainsAny(text, "\r\n") || text[:end] != strings.ToUpper(text[:end]) {
		return false
	}
	return j.wordOf(text[:end])&(failedWord|failedOutcome) != 0 && strings.IndexFunc(text[end:], unicode.IsLetter) >= 0
}

// isMemberName reports whether a text is a name of letters, digits, hyphens and
// underscores.
func isMemberName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isLetter(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return isLetter(name[0])
}

// regrets reports whether a text tells of a failure.
func (j *failureJudge) regrets(text string) bool {
	var space [256]byte
	lowered := space[:0]
	for i := range min(len(text), len(space)) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lowered = append(lowered, c)
	}
	for _, t := range j.rules.texts {
		if strings.Contains(view(lowered), t) {
			return true
		}
	}
	return false
}
