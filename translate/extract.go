package translate

import (
	"strings"

	"github.com/koine-proxy/koine/dialect"
	"github.com/koine-proxy/koine/translate/limitheader"
)

// extraction reads an error by the rules of its dialect.
type extraction struct {
	detection
	result  *Error // the error that is filled
	fields  fieldWalk
	details value
	whole   string // a complaint about the whole request, in addition to the message
	scratch []byte
	foreign Code // a code of another Koine instance that has another taxonomy
}

func (x *extraction) reset() {
	x.detection.reset()
	x.fields.reset()
	x.details, x.whole = value{}, ""
}

// readError reads the parts of the body that the shape of d names, and marks the
// others as leftovers.
func (x *extraction) readError(d *compiledDialect, k *key) {
	e := x.result
	x.dialect, e.Dialect, e.Native = d, d.name, k.code
	if d.general {
		e.Dialect = ""
	}
	if e.Status < 400 {
		e.assumedStatus = x.assumeStatus(d, k)
	}
	if d.lexicon != nil {
		x.take(&x.general)
		x.resolveCode(d, k)
		x.useNamedMembers(&x.general)
		return
	}
	for i := range d.extractors {
		x.readRole(&d.extractors[i])
	}
	if d.general {
		x.dropRepeatedCode()
	}
	x.findFields(d)
	if x.fields.shape != nil && x.details.Raw == x.fields.value.Raw {
		x.details = value{} // do not report the fields twice
	}
	x.resolveCode(d, k)
	if e.Match != ByTable && !d.general {
		x.fillGaps(d)
	}
	x.markLeftovers(d)
}

// readRole reads a role from the first of its places that has a value.
func (x *extraction) readRole(r *roleExtractors) {
	for i := range r.extractors {
		place := &r.extractors[i]
		if r.role == dialect.RoleDetails {
			if x.readDetails(place) {
				return
			}
			continue
		}
		if text, ok := x.extract(place); ok && x.setText(r.role, text, place.Unit) {
			return
		}
	}
}

// readDetails reads the details from a place, and reports whether the other places
// are not tried.
func (x *extraction) readDetails(place *extractor) bool {
	if place.header != "" {
		return false
	}
	if !place.location.isPlain() {
		v, ok := x.valueAt(&place.location)
		if ok {
			x.details = v
		}
		return ok
	}
	if x.dialect.isContainer(place.node.id) {
		return true // its members without a role are leftovers, which become details
	}
	m := x.memberAt(place.node)
	if m != nil {
		x.details = m.value
	}
	return m != nil
}

// setText stores the text of a role, and reports whether it is a valid value of
// that role.
func (x *extraction) setText(role dialect.Role, text string, unit dialect.Unit) bool {
	e := x.result
	switch role {
	case dialect.RoleMessage:
		if e.Message = strings.TrimSpace(text); x.format == newFormatSet(dialect.FormatText) {
			e.Message = wholeLine(e.Message)
		}
	case dialect.RoleRequestID:
		e.RequestID = text
	case dialect.RoleRetryAfter:
		e.RetryAfter = x.parseWait(text, unit)
		return e.RetryAfter >= 0
	case dialect.RoleRetryable:
		e.Retryable = hintOf(text)
		return e.Retryable != HintNone
	case dialect.RoleStatus:
		if status := limitheader.ParseSeconds(text); e.assumedStatus != 0 && status >= 400 && status <= 599 {
			e.assumedStatus = status
		}
	}
	return true
}
