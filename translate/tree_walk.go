package translate

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/dialect"
)

// walk calls f for every value at a path below v, with the name of the member
// that has it, until f returns true. It reports whether f did. key is the name of
// the member that has v.
func walk(v value, key string, p dialect.Path, f func(key string, v value) bool) bool {
	if len(p) == 0 {
		return f(key, v)
	}
	switch step := &p[0]; step.Kind {
	case dialect.StepRoot:
		return walk(v, key, p[1:], f)
	case dialect.StepEach:
		return walkEach(v, key, step, p[1:], f)
	case dialect.StepGlob:
		return walkMembers(v, func(name string) bool { return matchesGlob(step.Key, name) }, p[1:], f)
	case dialect.StepDeep:
		return walkDeep(v, key, p[1:], f)
	default:
		child, ok := stepMember(step, v)
		return ok && walk(child, step.Key, p[1:], f)
	}
}

// stepMember returns the member of an object, or the element of an array, with the
// key of a step. If members share a name, the last one is used.
func stepMember(s *dialect.Step, v value) (found value, ok bool) {
	if v.IsArray() {
		if !isDigits(s.Key) {
			return found, false // without the error of Atoi, which is allocated
		}
		index, err := strconv.Atoi(s.Key)
		if err != nil {
			return found, false
		}
		each(v, func(_ string, child value) bool {
			found, ok = child, index == 0
			index--
			return !ok
		})
		return found, ok
	}
	each(v, func(name string, child value) bool {
		if name == s.Key {
			found, ok = child, true
		}
		return true
	})
	return found, ok
}

func walkMembers(v value, matches func(name string) bool, p dialect.Path, f func(string, value) bool) (done bool) {
	if v.IsArray() {
		return false
	}
	each(v, func(name string, child value) bool {
		done = matches(name) && walk(child, name, p, f)
		return !done
	})
	return done
}

// walkEach walks every element of an array. A value that is not an array counts
// as an array of one.
func walkEach(v value, key string, step *dialect.Step, p dialect.Path, f func(string, value) bool) (done bool) {
	if !v.IsArray() {
		return selects(step, v) && walk(v, key, p, f)
	}
	count := 0
	each(v, func(_ string, child value) bool {
		count++
		done = selects(step, child) && walk(child, key, p, f)
		return !done && count < maxElementsWalked
	})
	return done
}

// maxElementsWalked bounds the elements of an array in which a value is looked for.
const maxElementsWalked = 1000

// selects reports whether an element satisfies the condition of a step.
func selects(s *dialect.Step, v value) bool {
	if len(s.Sibling) == 0 {
		return true
	}
	return walk(v, "", s.Sibling, func(_ string, sibling value) bool {
		text, _ := literal(sibling)
		return matchesGlob(s.Glob, text)
	})
}

// walkDeep walks v and everything below it, the deepest values first.
func walkDeep(v value, key string, p dialect.Path, f func(string, value) bool) (done bool) {
	if v.Type != gjson.JSON {
		return len(p) == 0 && f(key, v)
	}
	if len(p) > 0 && p[0].Kind == dialect.StepKey && !mayContainKey(v.Raw, p[0].Key) {
		return false
	}
	each(v, func(name string, child value) bool {
		if child.Type == gjson.JSON || len(p) == 0 {
			done = walkDeep(child, name, p, f)
		}
		return !done
	})
	return done || walk(v, key, p, f)
}

// mayContainKey reports whether a name may be a key anywhere in JSON. It ends most
// deep walks before they begin.
func mayContainKey(raw, name string) bool {
	return strings.Contains(raw, name) || strings.IndexByte(raw, '\\') >= 0
}
