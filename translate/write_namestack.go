package translate

import "unicode/utf8"

// fewNames is the number of names up to which they are searched one by one. More
// names are put into a map, so that the cost of an object with a hundred thousand
// members is proportional to its size.
const fewNames = 64

// nameStack contains the names of the objects that are being written, the innermost
// last.
type nameStack struct {
	list []namedValue
}

type namedValue struct {
	name  string
	value value
}

// nameList is the part of a nameStack with the names of one object.
type nameList struct {
	first, end int
	last       map[string]int // the last position of each name, if there are many
}

// empty returns the list of an object without names.
func (s *nameStack) empty() nameList { return nameList{first: len(s.list), end: len(s.list)} }

// push adds the members of an object.
func (s *nameStack) push(v value) nameList {
	l := nameList{first: len(s.list)}
	each(v, func(key string, child value) bool {
		s.list = extend(s.list)
		last := &s.list[len(s.list)-1]
		last.name, last.value = validName(key), child
		return true
	})
	l.end = len(s.list)
	if l.end-l.first > fewNames {
		l.last = make(map[string]int, l.end-l.first)
		for i := l.first; i < l.end; i++ {
			l.last[s.list[i].name] = i
		}
	}
	return l
}

// add adds a name to the innermost object.
func (s *nameStack) add(l *nameList, name string) {
	s.list = append(s.list, namedValue{name: name})
	l.end++
}

// pop removes the innermost object.
func (s *nameStack) pop(l *nameList) {
	clear(s.list[l.first:]) // drop the views of the body
	s.list = s.list[:l.first]
}

// hasFrom reports whether a name is at position i or later.
func (s *nameStack) hasFrom(l *nameList, i int, name string) bool {
	if l.last != nil {
		return l.last[name] >= i
	}
	return s.search(i, l.end, name)
}

// has reports whether the object has a member of that name.
func (s *nameStack) has(l *nameList, name string) bool {
	if l.last == nil {
		return s.search(l.first, l.end, name)
	}
	if _, ok := l.last[name]; ok {
		return true
	}
	return s.search(l.first+len(l.last), l.end, name) // the few names that were added later
}

func (s *nameStack) search(from, end int, name string) bool {
	for i := from; i < end; i++ {
		if s.list[i].name == name {
			return true
		}
	}
	return false
}

// validName returns a name as it will be written, with U+FFFD in place of invalid
// UTF-8, so that different names are compared as they are read later.
func validName(key string) string {
	if utf8.ValidString(key) {
		return key
	}
	return string([]rune(key))
}
