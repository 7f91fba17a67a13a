package translate

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// fieldMap walks objects of field to message, to a list of messages, or to
// more of the same.
func (t *Translation) fieldMap(f *form, v value, inList bool, emit func(field) bool) (more bool) {
	if len(f.Message) > 0 && v.IsObject() && len(t.path) > 0 && (inList || !f.Lists) {
		if one := t.entry(f, v); one.message != "" || one.code != "" {
			one.path = view(t.path)
			return emit(one)
		}
	}
	i, array, more := -1, v.IsArray(), true
	each(v, func(key string, child value) bool {
		i++
		length := len(t.path)
		switch {
		case array && child.Type != gjson.JSON: // one message of several: no index
		case array && len(f.Message) > 0 && t.isLeaf(f, child):
			if length == 0 {
				return true // nothing says which field is meant
			}
		case array:
			t.step(strconv.Itoa(i))
		case length == 0 && slices.Contains(f.Whole, key):
			return true
		case slices.Contains(f.Skip, key):
		default:
			t.step(key)
		}
		if child.Type == gjson.JSON {
			more = t.fieldMap(f, child, array, emit)
		} else if words, ok := scalar(child); ok && hasName(t.path) && (!f.Lists || array && child.Type == gjson.String) {
			more = emit(field{path: view(t.path), message: words})
		}
		t.path = t.path[:length]
		return more
	})
	return more
}

// hasName tells whether a path names anything: an index alone does not.
func hasName(path []byte) bool {
	for _, c := range path {
		if !isDigit(c) && c != '.' {
			return true
		}
	}
	return false
}

// isLeaf tells whether an object is a complaint, rather than a level on the way
// to some.
func (t *Translation) isLeaf(f *form, v value) bool {
	one := t.entry(f, v)
	return one.message != "" || one.code != ""
}

// sayWhole collects what is said under names that mean the whole.
func (t *Translation) sayWhole(f *form, v value) (words string) {
	each(v, func(key string, child value) bool {
		switch {
		case slices.Contains(f.Whole, key):
			words = t.wholeText(f, child)
		case child.IsObject() && slices.Contains(f.Skip, key):
			words = t.sayWhole(f, child)
		}
		return words == ""
	})
	return words
}

func (t *Translation) wholeText(f *form, v value) string {
	if text, ok := t.texts(v); ok {
		return text
	}
	text := ""
	walk(v, "", dialect.Path{{Kind: dialect.StepEach}}, func(_ string, one value) bool {
		text = t.entry(f, one).message
		return text != ""
	})
	return text
}

// fieldTree walks to the entries anywhere below a value. The way to an entry is
// its path; the name that it has is the last step.
func (t *Translation) fieldTree(f *form, v value, emit func(field) bool) (more bool) {
	if v.IsObject() {
		if one := t.entry(f, v); one.message != "" {
			length := len(t.path)
			if name, ok := t.pick(v, f.Field); ok {
				t.step(name)
			}
			one.path = view(t.path)
			more = one.path == "" || emit(one)
			t.path = t.path[:length]
			return more
		}
	}
	more = true
	array := v.IsArray()
	each(v, func(key string, child value) bool {
		length := len(t.path)
		if !array && !slices.Contains(f.Skip, key) {
			t.step(key)
		}
		if child.Type == gjson.JSON {
			more = t.fieldTree(f, child, emit)
		}
		t.path = t.path[:length]
		return more
	})
	return more
}

// fieldTexts finds fields in a text, in each text of a list, or anywhere in an
// object.
func (t *Translation) fieldTexts(f *form, v value, emit func(field) bool) (more bool) {
	if text, ok := scalar(v); ok {
		return t.fieldText(f, text, emit)
	}
	more = true
	each(v, func(_ string, child value) bool {
		more = t.fieldTexts(f, child, emit)
		return more
	})
	return more
}

// fieldText finds fields in a text.
func (t *Translation) fieldText(f *form, text string, emit func(field) bool) bool {
	for _, m := range f.pattern.FindAllStringSubmatch(text, 256) {
		group := func(i int) string {
			if f.groups[i] < 0 {
				return ""
			}
			return strings.TrimSpace(m[f.groups[i]])
		}
		t.path = clipPath(t.appendFieldName(t.path[:0], group(0)))
		one := field{path: view(t.path), message: group(1), code: group(2)}
		if one.path != "" && !emit(one) {
			return false
		}
	}
	return true
}

// step appends one key to the path under way.
func (t *Translation) step(key string) {
	before := len(t.path)
	if before > 0 {
		t.path = append(t.path, '.')
	}
	start := len(t.path)
	if t.path = clipPath(appendFieldPath(t.path, key)); len(t.path) <= start {
		t.path = t.path[:min(before, len(t.path))] // a name without a letter, or no space left
	}
}

// clipPath bounds a path, between two characters.
func clipPath(path []byte) []byte {
	if len(path) <= maxFieldPath {
		return path
	}
	n := maxFieldPath
	for n > 0 && !utf8.RuneStart(path[n]) {
		n--
	}
	return bytes.TrimRight(path[:n], ".")
}
