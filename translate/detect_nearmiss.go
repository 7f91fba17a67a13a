package translate

// NearMiss is how many of the members that a dialect requires a body has.
type NearMiss struct {
	Dialect         string
	Matched, Wanted int // of the members that match names
}

// NearMisses returns the dialects of which a body has at least one required
// member, in the order of detection. Like Explain it is meant for people.
func (e *Engine) NearMisses(r Response) (out []NearMiss) {
	t := e.Acquire()
	defer t.Release()
	t.open(&r)
	for _, d := range e.dialects {
		n := NearMiss{Dialect: d.name}
		for i := range d.needs {
			if !d.needs[i].indexable() {
				continue
			}
			n.Wanted++
			if t.matchNeed(&d.needs[i]).what == matched {
				n.Matched++
			}
		}
		if d.formats&t.format != 0 && n.Matched > 0 {
			out = append(out, n)
		}
	}
	return out
}
