package translate

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/koine-proxy/koine/dialect"
)

// table is the rows of a dialect, compiled.
type table struct {
	exact    map[string]row
	prefixes map[string]row
	lengths  []int // of prefixes, the longest first
	ranges   []rangeRow
	statuses map[int]row // rows of a status alone
	subcodes bool        // some row is of a code and a subcode
	marked   bool        // some row is of a code at a status
}

// row is a compiled Row.
type row struct {
	code   *Code
	status int
	force  bool
}

// documentedStatus returns the status with which the upstream sends the codes of
// the row.
func (r row) documentedStatus() int {
	if r.status != 0 {
		return r.status
	}
	return r.code.Status
}

type rangeRow struct {
	from, to int64
	row
}

// key is the key for looking up a native code.
type key struct {
	code, sub string
	status    int
	row       row // of the code, once it was found
}

// add adds a row with its native code as it is written in a file.
func (t *table) add(native string, r row) {
	code, status, marked := dialect.CutStatus(native)
	switch from, to, isRange := dialect.CutRange(native); {
	case marked && code == "":
		if t.statuses == nil {
			t.statuses = map[int]row{}
		}
		t.statuses[status] = r
		return
	case isRange:
		t.ranges = append(t.ranges, rangeRow{from, to, r})
		return
	case len(native) > 1 && strings.HasSuffix(native, "*"):
		t.addPrefix(native[:len(native)-1], r)
		return
	}
	t.marked = t.marked || marked
	t.subcodes = t.subcodes || strings.Contains(native, "/")
	if t.exact == nil {
		t.exact = map[string]row{}
	}
	t.exact[native] = r
}

func (t *table) addPrefix(prefix string, r row) {
	if t.prefixes == nil {
		t.prefixes = map[string]row{}
	}
	t.prefixes[prefix] = r
	if i, found := slices.BinarySearchFunc(t.lengths, len(prefix), func(a, b int) int { return b - a }); !found {
		t.lengths = slices.Insert(t.lengths, i, len(prefix))
	}
}

// clone returns an independent copy.
func (t *table) clone() table {
	out := *t
	out.exact, out.statuses = maps.Clone(t.exact), maps.Clone(t.statuses)
	out.prefixes, out.lengths, out.ranges = maps.Clone(t.prefixes), slices.Clone(t.lengths), slices.Clone(t.ranges)
	return out
}

// findCode looks for the most exact row of a code.
func (t *table) findCode(k *key) (row, bool) { return t.find(k, nil) }

// find is findCode. It sets native, unless it is nil, to the key of the row.
func (t *table) find(k *key, native *string) (row, bool) {
	if len(t.exact)+len(t.prefixes)+len(t.ranges) == 0 {
		return row{}, false
	}
	if t.subcodes && k.sub != "" {
		var space [96]byte
		finer := append(append(append(space[:0], k.code...), '/'), k.sub...)
		if r, ok := t.findExact(view(finer), k.status, native); ok {
			return r, true
		}
		if r, ok := t.findExact(view(append(append(space[:0], dialect.AnyCode...), k.sub...)), k.status, native); ok {
			return r, true
		}
	}
	if r, ok := t.findExact(k.code, k.status, native); ok {
		return r, true
	}
	for _, n := range t.lengths {
		if n > len(k.code) {
			continue
		}
		if r, ok := t.prefixes[k.code[:n]]; ok {
			if native != nil {
				*native = k.code[:n] + "*"
			}
			return r, true
		}
	}
	if len(t.ranges) > 0 {
		if n, ok := parseCode(k.code); ok {
			for i := range t.ranges {
				if r := &t.ranges[i]; r.from <= n && n <= r.to {
					if native != nil {
						*native = strconv.FormatInt(r.from, 10) + ".." + strconv.FormatInt(r.to, 10)
					}
					return r.row, true
				}
			}
		}
	}
	return row{}, false
}

func (t *table) findExact(code string, status int, native *string) (row, bool) {
	if t.marked {
		var space [96]byte
		at := strconv.AppendInt(append(append(space[:0], code...), '@'), int64(status), 10)
		if r, ok := t.exact[string(at)]; ok {
			if native != nil {
				*native = string(at)
			}
			return r, true
		}
	}
	r, ok := t.exact[code]
	if ok && native != nil {
		*native = strings.Clone(code)
	}
	return r, ok
}

// parseCode returns the number that a code is. An error of ParseInt would be allocated.
func parseCode(code string) (n int64, ok bool) {
	if digits := strings.TrimPrefix(code, "-"); !isDigits(digits) || len(digits) > 18 {
		return 0, false
	}
	n, err := strconv.ParseInt(code, 10, 64)
	return n, err == nil
}
