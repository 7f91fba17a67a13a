package translate

import (
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// entry reads message and code of an entry.
func (t *Translation) entry(f *form, v value) (one field) {
	one.message, _ = t.pick(v, f.Message)
	one.code, _ = t.pick(v, f.Code)
	return one
}

// pick reads the first of some paths in an entry that leads to a text.
func (t *Translation) pick(v value, paths []dialect.Path) (text string, ok bool) {
	for _, p := range paths {
		if len(p) == 1 && p[0].Kind == dialect.StepKey {
			if child, found := stepMember(&p[0], v); found {
				text, ok = t.texts(child)
			}
		} else {
			walk(v, "", p, func(_ string, child value) bool {
				text, ok = t.texts(child)
				return ok
			})
		}
		if ok {
			return text, true
		}
	}
	return "", false
}

// fieldList walks a list of entries; what is no list counts as a list of one.
func (t *Translation) fieldList(f *form, v value, emit func(field) bool) (more bool) {
	if !v.IsArray() {
		if f.simple {
			return t.simpleEntry(f, v, len(f.Message) > 0, emit)
		}
		if len(f.Message) > 0 && f.pattern == nil {
			if _, ok := t.pick(v, f.Message); !ok {
				return true // an object of something else, such as a map of fields
			}
		}
		return t.fieldEntry(f, v, emit)
	}
	more = true
	each(v, func(_ string, entry value) bool {
		more = t.fieldEntry(f, entry, emit)
		return more
	})
	return more
}

func (t *Translation) fieldEntry(f *form, v value, emit func(field) bool) bool {
	if t.each != nil && !selects(t.each, v) {
		return true
	}
	if f.simple {
		return t.simpleEntry(f, v, false, emit)
	}
	one := t.entry(f, v)
	if f.pattern != nil {
		if len(f.Field) == 0 {
			return t.fieldText(f, one.message, emit)
		}
	}
	if len(f.Names) > 0 {
		if done, more := t.fieldNames(f, v, one, emit); done {
			return more
		}
	}
	if !t.fieldName(f, v) {
		return true
	}
	one.path = view(t.path)
	return emit(one)
}

// simpleEntry reads an entry in one pass. With worded set it must have a message:
// else it may be an object of something else, such as a map of fields.
func (t *Translation) simpleEntry(f *form, v value, worded bool, emit func(field) bool) bool {
	const none = 255
	ranks := [3]int{none, none, none}
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
					text, ok = t.texts(m)
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
	if ranks[0] == none || worded && ranks[1] == none || !t.namePath(name) {
		return true
	}
	one.path = view(t.path)
	return emit(one)
}

// fieldName reads which field an entry is about into the path under way.
func (t *Translation) fieldName(f *form, v value) bool {
	for _, p := range f.Field {
		found := false
		walk(v, "", p, func(_ string, name value) bool {
			found = t.namePath(name)
			return found
		})
		if found {
			return true
		}
	}
	return false
}

// namePath makes a value the path under way: a text as it is, a list one step an
// element.
func (t *Translation) namePath(v value) bool {
	t.path = t.path[:0]
	if text, ok := scalar(v); ok {
		t.path = clipPath(t.appendFieldName(t.path, text))
		return len(t.path) > 0
	}
	if v.IsArray() {
		each(v, func(_ string, one value) bool {
			if text, ok := scalar(one); ok {
				t.step(text)
			}
			return true
		})
	}
	return len(t.path) > 0
}

// fieldNames emits an entry once for each field that it names.
func (t *Translation) fieldNames(f *form, v value, one field, emit func(field) bool) (done, more bool) {
	more = true
	emitOne := func(name string) bool {
		t.path = clipPath(t.appendFieldName(t.path[:0], name))
		if one.path = view(t.path); one.path == "" {
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

// appendFieldName appends the name of a field as the entry of a list has it. An
// envelope of another hop has it in our form already.
func (t *Translation) appendFieldName(dst []byte, name string) []byte {
	foreign := strings.HasPrefix(name, "#/") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..")
	if t.kept && !foreign {
		return append(dst, name...)
	}
	return appendFieldPath(dst, name)
}
