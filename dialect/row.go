package dialect

import (
	"regexp"
	"strconv"
	"strings"
)

// RowKey is the parsed key of a row: the native codes that the row applies to.
type RowKey struct {
	Code     string // a code, code/subcode, or a prefix of codes; "" for a range, and for a status alone
	Status   int    // the HTTP status that the row applies to; 0 for any
	Prefix   bool   // Code is a prefix
	Range    bool   // whole numbers from From to To, both included
	From, To int64
}

// ParseRowKey parses the key of a row.
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

// AnyCode begins the key of a row that applies to a subcode, whatever the code is.
const AnyCode = "*/"

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

// codeName matches a canonical code.
var codeName = regexp.MustCompile(`^[A-Z][A-Z0-9_]*(\.[A-Z][A-Z0-9_]*){1,2}$`)

// IsCodeName reports whether s has the form of a canonical code: two or three
// upper-case words joined by dots.
func IsCodeName(s string) bool { return codeName.MatchString(s) }

// AppliesToCodes reports whether the row applies to native codes, rather than to a status
// alone.
func (r Row) AppliesToCodes() bool {
	code, _, marked := CutStatus(r.Native)
	return !marked || code != ""
}

// RowCode returns the code, or the prefix, in the key of a row: the part whose
// format can be checked.
func RowCode(native string) string {
	native, _, _ = CutStatus(native)
	native, _, _ = strings.Cut(native, "/")
	return strings.TrimSuffix(native, "*")
}

// Row maps one native code.
type Row struct {
	Native     string // the key; see RowKey
	Status     int    // the HTTP status that the vendor documents; 0 for none
	Code       string // the canonical code
	Force      bool   // use the status of the canonical code despite the guard rails
	Inherited  bool   // from an extended dialect
	At, CodeAt Pos
}

// ParseRow parses the value of a row, split into words: an optional documented
// status, a canonical code, and an optional `force`. It returns a message if the
// value is malformed. Mapping files and the Caddyfile share this syntax.
func ParseRow(native string, words []string) (Row, string) {
	r := Row{Native: native}
	const want = "a row is [STATUS] CANONICAL.CODE [force]"
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
		return r, strconv.Quote(r.Code) + " is not a canonical code; use two or three upper-case words joined by dots, for example " + suggestName(r.Code)
	}
	return r, ""
}

// suggestName returns a canonical code that resembles s.
func suggestName(s string) string {
	words := strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
	if len(words) < 2 || words[0][0] < 'A' || words[0][0] > 'Z' {
		return "RESOURCE.NOT_FOUND"
	}
	return words[0] + "." + strings.Join(words[1:], "_")
}
