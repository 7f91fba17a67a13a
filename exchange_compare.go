package koine

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/koine-proxy/koine/translate"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// changes is how the answer to an error differs from the response that was sent, as a set.
type changes uint16

// The differences. Every observed error has at least one, except for one whose answer has
// other words or members only because the envelope has another form.
const (
	changedNothing changes = 1 << iota // the client would see no difference
	changedStatus                      // another status of the same class
	changedClass                       // another class of status
	knownCode                          // the answer has a canonical code from a table
	replacedWords                      // the message is not that of the upstream
	lostFields                         // a message about a field is missing
	gainedFields                       // a message about a field was added
	changedHeader                      // another header than those that every answer gets
)

// changeNames are the names of the differences in logs, in the order of their bits.
var changeNames = [...]string{"same", "status_changed", "class_changed", "code_known", "words_replaced", "fields_lost", "fields_gained", "header_changed"}

// names returns the names of the differences.
func (c changes) names() []string {
	names := []string{}
	for i, name := range changeNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// set adds a difference if it is there.
func (c *changes) set(difference changes, isThere bool) {
	if isThere {
		*c |= difference
	}
}

// sentResponse is a response that was sent, and its header as the handler wrote it, with the limits
// in it.
type sentResponse struct {
	*bufferedResponse
	header headerFields
	limits []limitheader.Limit
}

// compare returns how an answer with a header differs from a response.
func (x *exchange) compare(t *translate.Translation, sent *sentResponse, out output, header http.Header) changes {
	c := compareStatus(sent.status, out.status) | compareTexts(t, &x.rt.policy)
	c.set(changedHeader, x.isHeaderChanged(sent.header, header))
	c.set(changedNothing, c&^knownCode == 0 && !sent.tooLarge && bytes.Equal(sent.body.Bytes(), out.body))
	return c
}

// compareTexts returns the differences apart from status and header.
func compareTexts(t *translate.Translation, p *translate.Policy) (c changes) {
	texts := t.TextChanges(p)
	c.set(knownCode, t.Mapped())
	c.set(replacedWords, texts.Message)
	c.set(lostFields, texts.FieldsLost)
	c.set(gainedFields, texts.FieldsGained)
	return c
}

func compareStatus(sent, answer int) changes {
	switch {
	case sent == answer:
		return 0
	case sent/100 == answer/100:
		return changedStatus
	}
	return changedClass
}

// isAnswerHeader reports whether every answer gets a header, whatever the upstream sent.
func (x *exchange) isAnswerHeader(name string) bool {
	switch name {
	case "Proxy-Status", "Content-Length", "Access-Control-Expose-Headers", x.record.ids.canonical:
		return true
	}
	return false
}

// isAddedHeader reports whether responses get a header if the upstream did not send it.
func isAddedHeader(name string) bool {
	switch name {
	case "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "Ratelimit", "Ratelimit-Policy", "Cache-Control":
		return true
	}
	return false
}

// isHeaderChanged reports whether a header that not every answer gets differs between a
// response and its answer.
func (x *exchange) isHeaderChanged(sent headerFields, answer http.Header) bool {
	for _, f := range sent {
		if values := answer[f.name]; !x.isAnswerHeader(f.name) && !isSameHeader(f.name, f.values, values) {
			return true
		}
	}
	for name, values := range answer {
		if len(values) > 0 && !x.isAnswerHeader(name) && !isAddedHeader(name) && !sent.has(name) {
			return true
		}
	}
	return false
}

// isSameHeader reports whether a header of a response is the same in the answer.
func isSameHeader(name string, sent, answer []string) bool {
	switch {
	case slices.Equal(sent, answer):
		return true
	case name == "Content-Type":
		return strings.EqualFold(translate.MediaType(first(sent)), translate.MediaType(first(answer)))
	}
	return len(sent) == 0 && isAddedHeader(name)
}
