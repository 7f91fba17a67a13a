package translate

import "strings"

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
	code, status, marked := cutStatus(native)
	if marked && code == "" {
		return RowKey{Status: status}
	}
	if from, to, ok := cutRange(native); ok {
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
