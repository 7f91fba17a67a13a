package translate

import "strings"

// maxMatches bounds the fields that are read from one text.
const maxMatches = 256

// texts reads the fields in a text, or in all texts below a value.
func (w *fieldWalk) texts(f *fieldShape, v value, emit func(field) bool) (more bool) {
	if text, ok := scalar(v); ok {
		return w.text(f, text, emit)
	}
	more = true
	each(v, func(_ string, child value) bool {
		more = w.step() && w.texts(f, child, emit)
		return more
	})
	return more
}

// text reads the fields that the pattern finds in a text.
func (w *fieldWalk) text(f *fieldShape, text string, emit func(field) bool) (more bool) {
	for _, m := range f.pattern.FindAllStringSubmatch(text, maxMatches) {
		group := func(i int) string {
			if f.groups[i] < 0 {
				return ""
			}
			return strings.TrimSpace(m[f.groups[i]])
		}
		w.path = clipPath(w.appendName(w.path[:0], group(0)))
		one := field{path: view(w.path), message: group(1), code: group(2)}
		if one.path != "" && !emit(one) {
			return false
		}
	}
	return true
}
