package translate

import "fmt"

// detect returns the dialect of the recorded body and its native code. Among
// the dialects whose match holds, in the order of detection, the first whose
// table knows the code wins; if none knows it, the first that matched.
func (t *Translation) detect() (*dialect, string) {
	var best *dialect
	var native string
	known := false
	for _, rank := range t.candidates {
		d := t.engine.dialects[rank]
		code, why := t.matches(d)
		if why.what != matched {
			continue
		}
		k := d.knows(code)
		if best == nil || (k && !known) || (k == known && d.rank < best.rank) {
			best, native, known = d, code, k
		}
	}
	return best, native
}

// mismatch says which condition of a dialect did not hold.
type mismatch struct {
	what condition
	node *node
}

type condition uint8

const (
	matched condition = iota
	keyMissing
	typeDiffers
	valueDiffers
	keyPresent
	codeMissing
	codeSpelled
)

// matches tells whether the recorded body is of dialect d, and reads its code.
func (t *Translation) matches(d *dialect) (string, mismatch) {
	for i := range d.needs {
		n := &d.needs[i]
		m := t.at(n.node)
		switch {
		case m == nil:
			return "", mismatch{keyMissing, n.node}
		case n.types != 0 && n.types&typeOf(m.value) == 0:
			return "", mismatch{typeDiffers, n.node}
		case n.value != "" && n.value != m.value.Raw:
			return "", mismatch{valueDiffers, n.node}
		}
	}
	for _, n := range d.lacks {
		if t.at(n) != nil {
			return "", mismatch{keyPresent, n}
		}
	}
	code, ok := t.code(d)
	if !ok {
		return "", mismatch{codeMissing, d.codePaths[0]}
	}
	if !d.spelling.fits(code) {
		return "", mismatch{codeSpelled, d.codePaths[0]}
	}
	return code, mismatch{}
}

// code reads the native code from the first of its places that holds one.
func (t *Translation) code(d *dialect) (string, bool) {
	for _, n := range d.codePaths {
		if m := t.at(n); m != nil {
			if s, ok := scalar(m.value); ok {
				return s, true
			}
		}
	}
	return "", false
}

// Trial is what became of one dialect in the detection of a body.
type Trial struct {
	Dialect string
	Matched bool
	Known   bool   // its table knows the code
	Reason  string // why it matched or did not, in words
}

// Explain tries every dialect of the engine on a body, in the order of
// detection, and says why it matched or did not. It is for people: Read is the
// fast way.
func (e *Engine) Explain(body []byte) []Trial {
	t := e.Acquire()
	defer t.Release()
	if !t.scan(view(trim(body))) {
		return nil
	}
	trials := make([]Trial, 0, len(e.dialects))
	for _, d := range e.dialects {
		code, why := t.matches(d)
		trial := Trial{Dialect: d.name, Matched: why.what == matched, Reason: why.words(d)}
		if trial.Matched {
			trial.Known = d.knows(code)
			trial.Reason = fmt.Sprintf("its keys fit, and its code %q is in the table: %t", code, trial.Known)
		}
		trials = append(trials, trial)
	}
	return trials
}

func (m mismatch) words(d *dialect) string {
	switch m.what {
	case keyMissing:
		return "the member " + m.node.name + " is missing"
	case typeDiffers:
		return "the member " + m.node.name + " is of another type"
	case valueDiffers:
		return "the member " + m.node.name + " has another value"
	case keyPresent:
		return "there is a member " + m.node.name
	case codeMissing:
		return "there is no code at " + m.node.name
	case codeSpelled:
		return "the code at " + m.node.name + " is not spelled " + string(d.spelling)
	}
	return ""
}
