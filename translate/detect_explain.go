package translate

import "fmt"

// mismatch is the condition of a dialect that a response does not satisfy.
type mismatch struct {
	what condition
	name string
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
	codeSpelled
	codeUnlisted
	notOnSuccess
)

// Trial is the result of testing one dialect against a response.
type Trial struct {
	Dialect string
	Variant string // "" for the dialect itself
	Matched bool
	InTable bool   // its table has the code
	Reason  string // why it matched or did not
}

// Explain tests every dialect of the engine against a response, in the order of
// detection, and says why it matched or did not. It is slower than Read and meant
// for people.
func (e *Engine) Explain(r Response) []Trial {
	t := e.Acquire()
	defer t.Release()
	t.open(&r)
	trials := make([]Trial, 0, len(e.dialects))
	for _, d := range e.dialects {
		k := &t.trial
		why := t.match(d, k)
		trial := Trial{Dialect: d.name, Variant: d.variant, Matched: why.what == matched, Reason: why.reason(d)}
		if trial.Matched {
			trial.InTable = e.findRow(d, k) || d.identity
			trial.Reason = fmt.Sprintf("its keys fit, and its code %q is in the table: %t", k.code, trial.InTable)
			if k.code == "" {
				trial.Reason = "its keys fit, and there is no code"
			}
		}
		trials = append(trials, trial)
	}
	return trials
}

// reason describes the mismatch for people.
func (m mismatch) reason(d *compiledDialect) string {
	switch m.what {
	case keyMissing:
		return "the member " + m.name + " is missing"
	case anyMissing:
		return "none of the members such as " + m.name + " is there"
	case typeDiffers:
		return "the member " + m.name + " is of another type"
	case valueDiffers, textDiffers, valueExcluded:
		return "the member " + m.name + " has another value"
	case keyPresent, keyUnexpected:
		return "there is a member " + m.name
	case headerDiffers:
		return "the header " + m.name + " is missing or another"
	case mediaTypeDiffers:
		return "the media type is another"
	case statusDiffers:
		return "the status is another"
	case formatDiffers:
		return "the body is of another format"
	case textMissing:
		return fmt.Sprintf("the text %q is missing", m.name)
	case codeMissing:
		return "there is no code at " + m.name
	case codeSpelled:
		return "the code at " + m.name + " is not spelled " + string(d.spelling)
	case codeUnlisted:
		return fmt.Sprintf("the code %q is not in its table", m.name)
	case notOnSuccess:
		return "its errors do not ride on this status"
	}
	return ""
}
