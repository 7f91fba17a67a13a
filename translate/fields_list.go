package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// readEntry reads message and code of an entry.
func readEntry(f *fieldShape, v value) (one field) {
	one.message, _ = firstText(v, f.Message)
	one.code, _ = firstText(v, f.Code)
	return one
}

// firstText returns the text at the first of some paths in an entry that has one.
func firstText(v value, paths []dialect.Path) (text string, ok bool) {
	for _, p := range paths {
		if len(p) == 1 && p[0].Kind == dialect.StepKey {
			if child, found := stepMember(&p[0], v); found {
				text, ok = joinTexts(child)
			}
		} else {
			walk(v, "", p, func(_ string, child value) bool {
				text, ok = joinTexts(child)
				return ok
			})
		}
		if ok {
			return text, true
		}
	}
	return "", false
}

// list reads a list of entries. A value that is not a list counts as a list of
// one.
func (w *fieldWalk) list(f *fieldShape, v value, emit func(field) bool) (more bool) {
	if !v.IsArray() {
		return w.singleEntry(f, v, emit)
	}
	more = true
	each(v, func(_ string, entry value) bool {
		more = w.step() && w.entry(f, entry, emit)
		return more
	})
	return more
}

// singleEntry reads an entry outside of a list. If entries have messages, it must
// have one: otherwise it may be something else, such as a map of fields.
func (w *fieldWalk) singleEntry(f *fieldShape, v value, emit func(field) bool) (more bool) {
	if f.flat {
		return w.flatEntry(f, v, len(f.Message) > 0, emit)
	}
	if len(f.Message) > 0 && f.pattern == nil {
		if _, ok := firstText(v, f.Message); !ok {
			return true
		}
	}
	return w.entry(f, v, emit)
}

func (w *fieldWalk) entry(f *fieldShape, v value, emit func(field) bool) (more bool) {
	if w.filter != nil && !selects(w.filter, v) {
		return true
	}
	if f.flat {
		return w.flatEntry(f, v, false, emit)
	}
	one := readEntry(f, v)
	if f.pattern != nil && len(f.Field) == 0 {
		return w.text(f, one.message, emit)
	}
	if len(f.Names) > 0 {
		if done, more := w.names(f, v, one, emit); done {
			return more
		}
	}
	if !w.readName(f, v) {
		return true
	}
	one.path = view(w.path)
	return emit(one)
}

// flatEntry reads an entry of a flat shape in one pass.
func (w *fieldWalk) flatEntry(f *fieldShape, v value, needsMessage bool, emit func(field) bool) (more bool) {
	const none = 255
	ranks := [3]int{none, none, none} // the best alternative found so far, of name, message and code
	var name value
	var one field
	each(v, func(key string, m value) bool {
		for i, paths := range [3][]dialect.Path{f.Field, f.Message, f.Code} {
			for rank, p := range paths {
				if p[0].Key != key || rank > ranks[i] {
					continue
				}
				text, ok := "", m.Type == gjson.JSON && i == 0
				if !ok {
					text, ok = joinTexts(m)
				}
				if !ok {
					continue
				}
				switch ranks[i] = rank; i {
				case 0:
					name = m
				case 1:
					one.message = text
				case 2:
					one.code = text
				}
			}
		}
		return true
	})
	if ranks[0] == none || needsMessage && ranks[1] == none || !w.setPath(name) {
		return true
	}
	one.path = view(w.path)
	return emit(one)
}

// readName sets the path to the name of the field in an entry, and reports whether
// the entry has one.
func (w *fieldWalk) readName(f *fieldShape, v value) bool {
	for _, p := range f.Field {
		found := false
		walk(v, "", p, func(_ string, name value) bool {
			found = w.setPath(name)
			return found
		})
		if found {
			return true
		}
	}
	return false
}

// setPath sets the path to a name: a text, or a list with one element for each
// step.
func (w *fieldWalk) setPath(v value) bool {
	w.path = w.path[:0]
	if text, ok := scalar(v); ok {
		w.path = clipPath(w.appendName(w.path, text))
		return len(w.path) > 0
	}
	if v.IsArray() {
		each(v, func(_ string, one value) bool {
			if text, ok := scalar(one); ok {
				w.addStep(text)
			}
			return true
		})
	}
	return len(w.path) > 0
}

// names emits an entry once for each field that it names.
func (w *fieldWalk) names(f *fieldShape, v value, one field, emit func(field) bool) (done, more bool) {
	more = true
	emitOne := func(name string) bool {
		w.path = clipPath(w.appendName(w.path[:0], name))
		if one.path = view(w.path); one.path == "" {
			return true
		}
		done = true
		more = emit(one)
		return more
	}
	for _, p := range f.Names {
		walk(v, "", p, func(_ string, names value) bool {
			if text, ok := scalar(names); ok {
				emitOne(text)
				return done
			}
			array := names.IsArray()
			each(names, func(key string, name value) bool {
				if array {
					key, _ = scalar(name)
				}
				return emitOne(key)
			})
			return done
		})
		if done {
			break
		}
	}
	return done, more
}

// appendName appends the name of a field as a dotted path.
func (w *fieldWalk) appendName(dst []byte, name string) []byte {
	if w.verbatim && isDotted(name) {
		return append(dst, name...)
	}
	return appendFieldPath(dst, name)
}

// isDotted reports whether a name can be one of the canonical envelope.
func isDotted(name string) bool {
	return !strings.HasPrefix(name, "#/") && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, ".") && !strings.Contains(name, "..")
}
