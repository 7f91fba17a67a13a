package dialect

// Write says how errors are written in a dialect, as far as detection and shape do not
// show it.
type Write struct {
	Never    string        // why its errors cannot be written; "" if they can
	Media    string        // the media type of the answers; "" for that of the match or of the format
	Status   int           // the HTTP status of errors whose row documents none: 200 if errors ride on a 2xx; 0 for that of the error
	Prefer   []string      // keys of rows that are written where several rows have one canonical code
	Nearest  []Nearest     // what is written for canonical codes that have no row, by category
	Members  []WriteMember // members that only written bodies need
	Places   []WritePlace  // native codes that are written elsewhere than at the first place of the code
	Elements []NameAt      // in XML: names of elements with their prefixes
	Headers  []NameAt      // headers of every answer
	Numbers  bool          // whole numbers among the codes are written as numbers
	At       Pos
}

// NoCode says in `write.nearest` that no native code is written.
const NoCode = "none"

// Nearest is what a dialect says for the canonical codes of a category for which it has no
// row.
type Nearest struct {
	Category string
	Rows     []string // native codes, as CODE, CODE/SUBCODE, CODE@STATUS, or NoCode; the first that applies to the status
	At       Pos
}

// WriteMember is a member with the same value in every answer, or with one by category.
type WriteMember struct {
	Path       Path
	Value      string    // JSON; texts may have words such as $code
	Categories []ValueBy // the values of some categories
	At         Pos
}

// ValueBy is a value for a category of canonical codes.
type ValueBy struct {
	Category string
	Value    string // JSON
}

// WritePlace is a member with native codes that are written there.
type WritePlace struct {
	Path  Path
	Codes []string
	At    Pos
}

// NameAt is a name with another one, or with a value.
type NameAt struct {
	Name, Value string
	At          Pos
}

// HasCode reports whether a native code is written at the place.
func (p *WritePlace) HasCode(code string) bool {
	for _, c := range p.Codes {
		if c == code {
			return true
		}
	}
	return false
}

// WriteWords are the words that texts of `write.members` may have.
func WriteWords() []string {
	return []string{"$code", "$subcode", "$message", "$status", "$phrase", "$request_id", "$time", "$request."}
}

// mergeWrites returns own with what it does not say from base. The members of another
// layout are not inherited.
func mergeWrites(own, base *Write, otherLayout bool) *Write {
	if base == nil {
		return own
	}
	out := *base
	if otherLayout {
		out = Write{Never: base.Never, Status: base.Status, Prefer: base.Prefer, Nearest: base.Nearest}
	}
	if own == nil {
		return &out
	}
	out.At, out.Numbers = own.At, out.Numbers || own.Numbers
	if otherLayout {
		out.Status = own.Status
	}
	if own.Never != "" {
		out.Never = own.Never
	}
	if own.Media != "" {
		out.Media = own.Media
	}
	if own.Status != 0 {
		out.Status = own.Status
	}
	if own.Prefer != nil {
		out.Prefer = append(append([]string{}, own.Prefer...), base.Prefer...)
	}
	if own.Nearest != nil {
		out.Nearest = append(append([]Nearest{}, own.Nearest...), base.Nearest...) // the first of a category counts
	}
	if own.Members != nil {
		out.Members = own.Members
	}
	if own.Places != nil {
		out.Places = own.Places
	}
	if own.Elements != nil {
		out.Elements = own.Elements
	}
	if own.Headers != nil {
		out.Headers = own.Headers
	}
	return &out
}
