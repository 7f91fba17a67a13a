package translate

import (
	"slices"
	"strconv"

	"github.com/tidwall/gjson"
)

// objects reads objects of field to message, to a list of messages, or to more
// such objects.
func (w *fieldWalk) objects(f *fieldShape, v value, inList bool, emit func(field) bool) (more bool) {
	if len(f.Message) > 0 && v.IsObject() && len(w.path) > 0 && (inList || !f.Lists) {
		if one := readEntry(f, v); one.message != "" || one.code != "" {
			one.path = view(w.path)
			return emit(one)
		}
	}
	i, array, more := -1, v.IsArray(), true
	each(v, func(key string, child value) bool {
		if i++; !w.step() {
			more = false
			return false
		}
		length := len(w.path)
		switch {
		case array && child.Type != gjson.JSON: // one of several messages: no index
		case array && len(f.Message) > 0 && isEntryOf(f, child):
			if length == 0 {
				return true // no name of a field
			}
		case array && length == 0 && !f.Lists && hasScalar(child):
			return true // one of several errors, rather than of several maps of fields
		case array:
			w.addStep(strconv.Itoa(i))
		case length == 0 && slices.Contains(f.Whole, key): // only at the top: below it is a field
			return true
		case slices.Contains(f.Skip, key):
		default:
			w.addStep(key)
		}
		if child.Type == gjson.JSON {
			more = w.objects(f, child, array, emit)
		} else if message, ok := scalar(child); ok && hasName(w.path) && (!f.Lists || array && child.Type == gjson.String) {
			more = emit(field{path: view(w.path), message: message})
		}
		w.path = w.path[:length]
		return more
	})
	return more
}

// hasName reports whether a path has a name: an index alone is not a name.
func hasName(path []byte) bool {
	for _, c := range path {
		if !isDigit(c) && c != '.' {
			return true
		}
	}
	return false
}

// hasScalar reports whether a member of an object is neither an object nor a list.
func hasScalar(v value) (found bool) {
	each(v, func(_ string, child value) bool {
		found = child.Type != gjson.JSON
		return !found
	})
	return found
}

// isEntryOf reports whether an object is an entry, rather than one that contains
// entries.
func isEntryOf(f *fieldShape, v value) bool {
	one := readEntry(f, v)
	return one.message != "" || one.code != ""
}

// tree reads the entries anywhere below a value. The path of a field is the path
// to its entry and the name in it.
func (w *fieldWalk) tree(f *fieldShape, v value, emit func(field) bool) (more bool) {
	if v.IsObject() {
		if one := readEntry(f, v); one.message != "" {
			length := len(w.path)
			if name, ok := firstText(v, f.Field); ok {
				w.addStep(name)
			}
			one.path = view(w.path)
			more = one.path == "" || emit(one)
			w.path = w.path[:length]
			return more
		}
	}
	more = true
	array := v.IsArray()
	each(v, func(key string, child value) bool {
		if !w.step() {
			more = false
			return false
		}
		length := len(w.path)
		if !array && !slices.Contains(f.Skip, key) {
			w.addStep(key)
		}
		if child.Type == gjson.JSON {
			more = w.tree(f, child, emit)
		}
		w.path = w.path[:length]
		return more
	})
	return more
}
