package translate

import "unicode/utf8"

// fewNames is how many names are searched one by one. More go into a map, so
// that an object with a hundred thousand members costs no more than its size.
const fewNames = 64

// listed is a member of an object that is being written.
type listed struct {
	name  string
	value value
}

// nameList are the names that one object under way uses: a part of the scratch
// space of the translation.
type nameList struct {
	first, end int
	last       map[string]int // where each of many names stands last
}

// listNames lists the names of the members of v.
func (t *Translation) listNames(v value) nameList {
	l := nameList{first: len(t.names)}
	each(v, func(key string, child value) bool {
		t.names = append(t.names, listed{validName(key), child})
		return true
	})
	l.end = len(t.names)
	if l.end-l.first > fewNames {
		l.last = make(map[string]int, l.end-l.first)
		for i := l.first; i < l.end; i++ {
			l.last[t.names[i].name] = i
		}
	}
	return l
}

// forgetNames gives the scratch space back.
func (t *Translation) forgetNames(l nameList) {
	clear(t.names[l.first:]) // drop the views of the body
	t.names = t.names[:l.first]
}

// follows tells whether a name stands in the list from position i on.
func (t *Translation) follows(l nameList, i int, name string) bool {
	if l.last != nil {
		return l.last[name] >= i
	}
	for ; i < l.end; i++ {
		if t.names[i].name == name {
			return true
		}
	}
	return false
}

// taken tells whether the object has a member of that name. Those that joined
// after the map was made stand behind it, and are few.
func (t *Translation) taken(l nameList, name string) bool {
	if l.last == nil {
		return t.follows(l, l.first, name)
	}
	if _, ok := l.last[name]; ok {
		return true
	}
	return t.follows(nameList{end: l.end}, l.first+len(l.last), name)
}

// validName is a name as it will be written, where every byte that is no UTF-8
// becomes U+FFFD: two names must not become one on the way out.
func validName(key string) string {
	if utf8.ValidString(key) {
		return key
	}
	return string([]rune(key))
}
