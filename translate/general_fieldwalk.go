package translate

import (
	"strconv"

	"github.com/tidwall/gjson"
)

// named reads entries, and maps of field to text, by the names of their members.
func (w *fieldWalk) named(f *fieldShape, v value, emit func(field) bool) (more bool) {
	switch {
	case v.IsArray():
		return w.namedList(f, v, emit)
	case v.IsObject():
		return w.namedObject(f, v, emit)
	}
	return true
}

// namedList reads the elements of a list: entries, or maps.
func (w *fieldWalk) namedList(f *fieldShape, v value, emit func(field) bool) (more bool) {
	more = true
	index, length := -1, len(w.path)
	each(v, func(_ string, child value) bool {
		index++
		if !w.step() {
			return false
		}
		switch {
		case child.Type == gjson.String && length > 0 && hasName(w.path):
			if child.Str != "" && f.acceptsText(child.Str, true) {
				more = emit(field{path: view(w.path), message: child.Str})
			}
			return more
		case child.Type != gjson.JSON:
			return true
		}
		entry := readNamedEntry(f.lexicon, child)
		if entry.fieldRank == 1 && !f.byKey {
			entry.field = value{}
		}
		if length == 0 && (!entry.isEntry() && f.isError(child) || f.strict && entry.fieldRank < 3) {
			return true // it is an error, of no field
		}
		if child.IsObject() && !entry.isEntry() && (!entry.isComplaint(f) || hasErrorList(f.lexicon, child)) && (length > 0 || !hasScalar(child)) {
			w.addStep(strconv.Itoa(index))
		}
		more = w.namedValue(f, child, &entry, emit)
		w.path = w.path[:length]
		return more
	})
	return more
}

// hasErrorList reports whether an object is a node of a tree: it has a list of errors.
func hasErrorList(l *lexicon, v value) (found bool) {
	eachFirst(v, func(key string, child value) bool {
		found = child.IsArray() && l.lookup(key)&wordErrors != 0
		return !found
	})
	return found
}

// namedValue reads one entry, or the map that it is instead.
func (w *fieldWalk) namedValue(f *fieldShape, v value, entry *namedEntry, emit func(field) bool) (more bool) {
	if entry.isEntry() {
		return w.namedEntry(f, v, entry, emit)
	}
	return w.named(f, v, emit)
}

// namedEntry emits the messages of an entry, and the entries inside.
func (w *fieldWalk) namedEntry(f *fieldShape, v value, e *namedEntry, emit func(field) bool) (more bool) {
	length := len(w.path)
	defer func() { w.path = w.path[:length] }()
	if !w.addNames(f.lexicon, e) && length == 0 || !hasName(w.path) {
		return true
	}
	more = true
	switch {
	case e.rules.IsObject():
		each(e.rules, func(key string, rule value) bool {
			if text, ok := scalar(rule); ok {
				more = emit(field{path: view(w.path), message: text, code: key})
			}
			return more
		})
	case e.message != "" || e.code != "":
		more = emit(field{path: view(w.path), message: e.message, code: e.code})
	case e.messages.Exists():
		more = w.namedList(f, e.messages, emit)
	}
	if more && hasElements(e.nested) && !isEntryObject(f.lexicon, e.nested) {
		more = w.named(f, e.nested, emit)
	}
	return more
}

// hasElements reports whether an object or a list has members.
func hasElements(v value) bool { return v.Type == gjson.JSON && len(v.Raw) > 2 }

// addNames adds the name of the field of an entry to the path, and reports whether
// there is one.
func (w *fieldWalk) addNames(l *lexicon, e *namedEntry) bool {
	before := len(w.path)
	switch v := e.field; {
	case v.IsArray():
		w.addNameList(l, v)
	case v.Type == gjson.String:
		w.addFieldName(l, v.Str, e.isPlace)
	case v.Type == gjson.Number:
		w.addStep(v.Raw)
	case v.IsObject(): // {"source": {"pointer": "/a"}}
		inner := readNamedEntry(l, v)
		return !inner.field.IsObject() && w.addNames(l, &inner)
	}
	if e.missing != "" {
		w.addStep(e.missing)
	}
	return len(w.path) > before
}

// addNameList adds one step for each element of a list. The part of the request at its
// start is left out.
func (w *fieldWalk) addNameList(l *lexicon, v value) {
	index, last := 0, 0
	eachFirst(v, func(string, value) bool { last++; return true })
	eachFirst(v, func(_ string, one value) bool {
		text, ok := scalar(one)
		if one.IsObject() { // {"key": "a"}, as in valibot
			text, ok = nameOfStep(l, one)
		}
		if ok && (index > 0 || last == 1 || l.lookup(text)&wordPart == 0) {
			w.addStep(text)
		}
		index++
		return true
	})
}

// nameOfStep returns the name in one step of a path that is an object.
func nameOfStep(l *lexicon, v value) (name string, ok bool) {
	each(v, func(key string, child value) bool {
		if l.lookup(key)&(wordKey|wordField) != 0 {
			name, ok = scalar(child)
		}
		return !ok
	})
	return name, ok
}

// addFieldName adds a name that may be a path.
func (w *fieldWalk) addFieldName(l *lexicon, name string, isPlace bool) {
	if isPlace {
		if l.lookup(name)&wordPart != 0 {
			return
		}
		for i := range len(name) {
			if name[i] == '.' {
				if l.lookup(name[:i])&wordPart != 0 {
					name = name[i+1:]
				}
				break
			}
		}
	}
	if name != "" {
		w.addStep(name)
	}
}

// namedObject reads a map of field to text, to a list of texts, or to more such maps. An
// object with a name and a message of its own is an entry.
func (w *fieldWalk) namedObject(f *fieldShape, v value, emit func(field) bool) (more bool) {
	length := len(w.path)
	if entry := readNamedEntry(f.lexicon, v); entry.isEntry() && (length > 0 || entry.fieldRank > 2) || length > 0 && entry.isComplaint(f) {
		return w.namedEntry(f, v, &entry, emit)
	}
	if length == 0 && f.isError(v) {
		return true
	}
	if f.trust != trustAll && length == 0 && !isFieldMap(f, v, 0) {
		return true
	}
	more = true
	tree := isTree(f.lexicon, v)
	each(v, func(key string, child value) bool {
		if !w.step() {
			return false
		}
		more = w.namedMember(f, key, child, tree, emit)
		w.path = w.path[:length]
		return more
	})
	return more
}

// namedMember reads one member of a map.
func (w *fieldWalk) namedMember(f *fieldShape, key string, child value, tree bool, emit func(field) bool) (more bool) {
	words, length := f.lexicon.lookup(key), len(w.path)
	isWhole := words&wordWhole != 0
	switch {
	case key == "", length > 0 && (isWhole || words&wordErrors != 0) && child.IsArray() && (tree || key[0] == '_'):
		// the complaint is about the field around it
	case tree && words&wordNested != 0 && child.Type == gjson.JSON:
	case length == 0 && words&wordError != 0 && child.Type == gjson.String:
		return true // an error, of no field
	case length == 0 && words&(wordError|wordErrors) != 0 && child.IsObject() && f.isError(child):
		return true
	case length == 0 && words&(wordError|wordErrors) != 0 && isObjects(child):
		// a list of errors, rather than of complaints about a field of that name
	case length == 0 && isWhole && (child.Type == gjson.String || isTexts(child)):
		return true // it is about the whole
	case length == 0 && words&wordPart != 0 && child.IsObject() && !isEntryObject(f.lexicon, child):
		// body, query …: the fields are inside
	default:
		w.addStep(key)
	}
	switch {
	case child.Type == gjson.String:
		if child.Str == "" || !hasName(w.path) || !f.acceptsText(child.Str, false) || words&(wordTrace|wordRequestID) != 0 {
			return true
		}
		return emit(field{path: view(w.path), message: child.Str})
	case child.IsObject():
		entry := readNamedEntry(f.lexicon, child)
		if entry.isEntry() { // it has its own path
			if text, ok := scalar(entry.field); ok && text != key {
				w.path = w.path[:length]
				if w.addNames(f.lexicon, &entry); len(w.path) == length {
					w.addStep(key)
				}
			}
			entry.field, entry.missing = value{}, ""
			return w.namedEntry(f, child, &entry, emit)
		}
		return w.namedObject(f, child, emit)
	case child.IsArray():
		return w.namedList(f, child, emit)
	}
	return true
}

// isObjects reports whether a value is a list that starts with an object.
func isObjects(v value) (found bool) {
	if v.IsArray() {
		each(v, func(_ string, child value) bool {
			found = child.IsObject()
			return false
		})
	}
	return found
}
