package dialect

import (
	"regexp"
	"strconv"
	"strings"
)

// RowKey is what stands before the colon of a row, taken apart: the native codes
// that the row is about.
type RowKey struct {
	Code     string // the code, code/subcode, or what codes begin with; "" for those of a range, or of a status alone
	Status   int    // the HTTP status that the row is for; 0 for any
	Prefix   bool   // codes that begin with Code
	Range    bool   // whole numbers
	From, To int64  // of a range, both included
}

// ParseRowKey takes apart what stands before the colon of a row, as the tables
// do.
func ParseRowKey(native string) RowKey {
	code, status, marked := CutStatus(native)
	if marked && code == "" {
		return RowKey{Status: status}
	}
	if from, to, ok := CutRange(native); ok {
		return RowKey{Range: true, From: from, To: to}
	}
	if prefix, ok := strings.CutSuffix(native, "*"); ok && prefix != "" {
		return RowKey{Code: prefix, Prefix: true}
	}
	if marked {
		return RowKey{Code: code, Status: status}
	}
	return RowKey{Code: native}
}

// CutStatus splits `code@404`.
func CutStatus(native string) (code string, status int, ok bool) {
	i := strings.LastIndexByte(native, '@')
	if i < 0 || len(native)-i != 4 {
		return native, 0, false
	}
	status, err := strconv.Atoi(native[i+1:])
	return native[:i], status, err == nil && status >= 100
}

// CutRange splits `2000..2999`.
func CutRange(native string) (from, to int64, ok bool) {
	a, b, ok := strings.Cut(native, "..")
	if !ok {
		return 0, 0, false
	}
	from, err := strconv.ParseInt(a, 10, 64)
	to, err2 := strconv.ParseInt(b, 10, 64)
	return from, to, err == nil && err2 == nil && from <= to
}

// codeName is the shape of a canonical code.
var codeName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*){1,2}$`)

// IsCodeName tells whether s is spelled as a canonical code: two or three
// upper-case words joined by dots.
func IsCodeName(s string) bool { return codeName.MatchString(s) }

// OfCode tells whether a row is of a native code, and not of a status alone.
func (r Row) OfCode() bool {
	code, _, marked := CutStatus(r.Native)
	return !marked || code != ""
}

// RowCode is the code in the key of a row, as far as its spelling can be told.
func RowCode(native string) string {
	native, _, _ = CutStatus(native)
	native, _, _ = strings.Cut(native, "/")
	return strings.TrimSuffix(native, "*")
}

// Row maps one native code.
type Row struct {
	Native     string
	Status     int // the status the vendor documents; 0 where none is
	Code       string
	Force      bool // take the taxonomy's status even across the guard rails
	Inherited  bool // from the dialect that is extended
	At, CodeAt Pos
}

// ParseRow reads the right-hand side of a row: an optional documented status, a
// canonical code, and optionally the word force. The same words stand in
// mapping files and in the Caddyfile.
func ParseRow(native string, words []string) (Row, string) {
	r := Row{Native: native}
	const want = "a row is CANONICAL.CODE, or STATUS CANONICAL.CODE, each with an optional `force` behind"
	if len(words) > 0 {
		if n, err := strconv.Atoi(words[0]); err == nil {
			if n < 100 || n > 999 {
				return r, "status " + words[0] + " must be from 100 to 999"
			}
			r.Status, words = n, words[1:]
		}
	}
	if len(words) == 0 || len(words) > 2 || (len(words) == 2 && words[1] != "force") {
		return r, want
	}
	r.Code, r.Force = words[0], len(words) == 2
	if !IsCodeName(r.Code) {
		return r, strconv.Quote(r.Code) + " is no canonical code: it takes two or three upper-case words joined by dots, such as " + suggestName(r.Code)
	}
	return r, ""
}

// suggestName respells a word as a canonical code.
func suggestName(s string) string {
	words := strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	if len(words) < 2 || words[0][0] < 'A' || words[0][0] > 'Z' {
		return "RESOURCE.NOT_FOUND"
	}
	return words[0] + "." + strings.Join(words[1:], "_")
}
