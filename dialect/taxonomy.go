package dialect

// TaxonomyFile is a taxonomy as it was written, with positions.
type TaxonomyFile struct {
	Partial bool // it has faults, which are reported: only a part of it was read
	File    string
	Name    string
	About   string
	Codes   []CodeEntry
	Generic []GenericEntry
}

// CodeEntry is one code of a TaxonomyFile.
type CodeEntry struct {
	Name        string
	Status      int
	Category    string
	Retry       string
	Message     string
	Description string
	Action      string
	Operator    string // for those who run the service; "" if the category says enough
	Fails       string // a request that is answered with the code; "" for none
	Works       string // the same request as it is right
	At          Pos
}

// GenericEntry names the code of an error for which only the status is known. Status
// is a number from 400 to 599, "4xx" or "5xx".
type GenericEntry struct {
	Status string
	Code   string
	At     Pos
	CodeAt Pos
}

// NewFault returns a fault at a position of the file.
func (f *TaxonomyFile) NewFault(at Pos, message string) Fault {
	return Fault{File: f.File, Line: at.Line, Column: at.Column, Message: message}
}
