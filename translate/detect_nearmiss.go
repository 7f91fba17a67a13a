package translate

// NearMiss is how much of what a dialect wants to find in a body is there.
type NearMiss struct {
	Dialect         string
	Matched, Wanted int // of the members that match names
}

// NearMisses tells of every dialect that some but not necessarily all members are there
// that it asks for, in the order of detection. It is for people, beside Explain.
func (e *Engine) NearMisses(r Response) (out []NearMiss) {
	t := e.Acquire()
	defer t.Release()
	t.open(&r)
	for _, d := range e.dialects {
		n := NearMiss{Dialect: d.name}
		for i := range d.needs {
			if !d.needs[i].anchors() {
				continue
			}
			n.Wanted++
			if t.fitsNeed(&d.needs[i]).what == matched {
				n.Matched++
			}
		}
		if d.formats&t.format != 0 && n.Matched > 0 {
			out = append(out, n)
		}
	}
	return out
}
