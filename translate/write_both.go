package translate

// AppendBoth appends the error in the dialect, with the members of the canonical envelope
// beside those of the dialect: clients of the one ignore the members of the other. If both
// have one of the same name, the canonical envelope is whole in the member `canonical`. The
// dialect must be JSON.
func (r *DialectRenderer) AppendBoth(dst []byte, t *Translation, p *Policy, params RenderParams) ([]byte, DialectAnswer) {
	start := len(dst)
	dst, answer := r.Append(dst, t, p, params)
	clash := false
	each(newValue(view(dst[start:])), func(name string, _ value) bool {
		clash = clash || name == "error" || name == "meta"
		return true
	})
	w := newWriter(t, p, params)
	if answer.Status >= 400 {
		w.answerStatus = answer.Status
	}
	end := len(dst) - 1 // its closing brace
	dst = appendComma(dst[:end])
	if clash {
		dst = append(dst, `"canonical":`...)
		dst = w.appendCanonical(dst)
		return append(dst, '}'), answer
	}
	inner := len(dst)
	dst = w.appendCanonical(dst)
	copy(dst[inner:], dst[inner+1:]) // its opening brace
	return dst[:len(dst)-1], answer
}
