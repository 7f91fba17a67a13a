package translate

// Nearness is how much of what a dialect wants to find in a body is there.
type Nearness struct {
	Dialect    string
	Held, Want int // of the members that match names
}

// Near tells of every dialect that some but not necessarily all members are there
// that it asks for, in the order of detection. It is for people, beside Explain.
func (e *Engine) Near(r Response) (out []Nearness) {
	t := e.Acquire()
	defer t.Release()
	t.open(&r)
	for _, d := range e.dialects {
		n := Nearness{Dialect: d.name}
		for i := range d.needs {
			if !d.needs[i].anchors() {
				continue
			}
			n.Want++
			if t.fitsNeed(&d.needs[i]).what == matched {
				n.Held++
			}
		}
		if d.formats&t.format != 0 && n.Held > 0 {
			out = append(out, n)
		}
	}
	return out
}
