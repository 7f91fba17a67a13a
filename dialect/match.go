package dialect

// Match is the conditions that detect a dialect. All that are given must hold.
type Match struct {
	Keys     []PathAt   // members that must be present
	Any      []PathAt   // members; at least one must be present
	Lacks    []PathAt   // members that must be absent
	Types    []ValueAt  // path: JSON types, joined by |: string, number, boolean, object, array, null, absent
	Equals   []ValueAt  // path: the exact JSON value
	Not      []ValuesAt // path: JSON values that the member must not have
	Like     []ValuesAt // path: globs; one must match the text of the member
	OnlyKeys []string   // the only members that the top level may have; any if empty
	Headers  []HeaderAt // response headers and globs; one of the globs must match the value, or the media type of Content-Type
	Status   []string   // statuses such as 404, or classes such as 4xx; one must match
	Contains []string   // texts that must occur in the body
	Code     CodeForm   // the format of native codes
	Listed   bool       // the code must have a row
	Optional bool       // a body without a code matches too

	CodeAt, StatusAt Pos
}

// PathAt is a path and its position.
type PathAt struct {
	Path Path
	At   Pos
}

// ValueAt is a path with one value, and its position.
type ValueAt struct {
	Path  Path
	Value string
	At    Pos
}

// ValuesAt is a path with several values, and its position.
type ValuesAt struct {
	Path   Path
	Values []string
	At     Pos
}

// HeaderAt is a header with globs, and its position.
type HeaderAt struct {
	Name  string
	Globs []string
	At    Pos
}

// CodeForm is a format of native codes; "" for any.
type CodeForm string

// The forms.
const (
	LowerSnake  CodeForm = "lower_snake"  // not_found
	UpperSnake  CodeForm = "UPPER_SNAKE"  // NOT_FOUND
	DottedUpper CodeForm = "DOTTED.UPPER" // RESOURCE.NOT_FOUND
)

// CodeForms returns the forms.
func CodeForms() []CodeForm { return []CodeForm{LowerSnake, UpperSnake, DottedUpper} }

// The other values of `code_is`.
const (
	CodeListed   = "listed"   // the code has a row
	CodeOptional = "optional" // there may be no code
)

// CodeConditions returns the values of `code_is`.
func CodeConditions() []string {
	words := make([]string, 0, len(CodeForms())+2)
	for _, form := range CodeForms() {
		words = append(words, string(form))
	}
	return append(words, CodeListed, CodeOptional)
}

// Matches reports whether a code has the format.
func (f CodeForm) Matches(code string) bool {
	if f == "" {
		return true
	}
	lower, upper := f == LowerSnake, f != LowerSnake
	dots, letter := 0, false
	for i := range len(code) {
		switch c := code[i]; {
		case lower && 'a' <= c && c <= 'z', upper && 'A' <= c && c <= 'Z':
			letter = true
		case c == '.' && f == DottedUpper && letter:
			dots++
		case c == '_', '0' <= c && c <= '9':
		default:
			return false
		}
	}
	return letter && (f == DottedUpper) == (dots > 0)
}
