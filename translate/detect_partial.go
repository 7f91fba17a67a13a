package translate

import (
	"bytes"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// MayBeError reports whether a 2xx may be an error, judging by the first part of
// its body: whether some dialect with errors on 2xx matches so far. With all set,
// every member that the dialect requires must have been seen.
func (e *Engine) MayBeError(r Response, all bool) bool {
	t := e.Acquire()
	defer t.Release()
	t.openHead(&r)
	body := toUTF8(trim(r.Body), headerCharset(r.Header))
	if body = trim(body); len(body) == 0 {
		return !all // only white space so far, which keeps the connection alive
	}
	if i := bytes.LastIndexByte(body, '<'); i > 0 && body[0] == '<' && bytes.IndexByte(body[i:], '>') < 0 {
		body = body[:i] // an incomplete tag
	}
	t.load(body)
	if t.format == onlyText || t.format == 0 { // incomplete JSON or XML
		t.loadPart(body)
	}
	for _, d := range e.dialects {
		if d.successErrors && !d.passThrough && d.formats&t.format != 0 && t.mayMatch(d, all) {
			return true
		}
	}
	return e.guessesFailures && t.mayFail(body, all)
}

// mayMatch reports whether the beginning of a body may be of dialect c: at least
// one condition is met, and none is violated.
func (d *detection) mayMatch(c *compiledDialect, all bool) bool {
	response := d.matchResponse(c).what
	if response != matched && response != textMissing {
		return false
	}
	if len(c.headers) > 0 {
		return true
	}
	seen := false
	for i := range c.requirements {
		found, possible := d.mayMeetRequirement(&c.requirements[i], all)
		if !possible {
			return false
		}
		seen = seen || found
	}
	for i := range c.lacks {
		if l := &c.lacks[i]; l.isPlain() && d.memberAt(l.node) != nil {
			return false
		}
	}
	for i := range c.anyOf {
		seen = seen || d.memberAt(c.anyOf[i].node) != nil
	}
	return seen || len(c.contains) > 0 && response == matched
}

// mayMeetRequirement reports whether the beginning of a body has the required
// member, and whether the whole body may still meet the requirement. With all set,
// a missing member counts as absent.
func (d *detection) mayMeetRequirement(n *requirement, all bool) (found, possible bool) {
	if n.node.id == 0 { // the path starts with a wildcard: search for the text of a key
		key := longestKey(n.tail)
		found = key != "" && strings.Contains(d.text, key)
		return found, found || !all
	}
	m := d.memberAt(n.node)
	switch {
	case len(n.tail) > 0:
		return m != nil, m != nil || !all
	case m == nil:
		return false, !all || !n.isIndexable()
	case m.value.Exists() && d.matchRequirement(n).what != matched:
		return false, false
	}
	return true, true
}

// longestKey returns the longest literal part of the first key of a path.
func longestKey(p dialect.Path) (longest string) {
	for _, step := range p {
		for part := range strings.SplitSeq(step.Key, "*") {
			if len(part) > len(longest) {
				longest = part
			}
		}
		if longest != "" {
			break
		}
	}
	return longest
}
