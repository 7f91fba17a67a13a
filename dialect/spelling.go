package dialect

// Spelling is a way of spelling codes.
type Spelling string

// The spellings.
const (
	LowerSnake  Spelling = "lower_snake"  // not_found
	UpperSnake  Spelling = "UPPER_SNAKE"  // NOT_FOUND
	DottedUpper Spelling = "DOTTED.UPPER" // RESOURCE.NOT_FOUND
	Listed      Spelling = "listed"       // as in the table: no other code is of the dialect
)

// Spellings returns all ways of spelling that a dialect may name.
func Spellings() []Spelling { return []Spelling{LowerSnake, UpperSnake, DottedUpper} }

// Fits tells whether code is spelled that way.
func (s Spelling) Fits(code string) bool {
	if s == "" {
		return true
	}
	lower, upper := s == LowerSnake, s != LowerSnake
	dots, letter := 0, false
	for i := range len(code) {
		switch c := code[i]; {
		case lower && 'a' <= c && c <= 'z', upper && 'A' <= c && c <= 'Z':
			letter = true
		case c == '.' && s == DottedUpper && letter:
			dots++
		case c == '_', '0' <= c && c <= '9':
		default:
			return false
		}
	}
	return letter && (s == DottedUpper) == (dots > 0)
}
