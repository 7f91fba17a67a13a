package dialect

// LocaleFile is a locale file as it was written, with positions: the texts of answers in
// one language.
type LocaleFile struct {
	Partial  bool // it has faults, which are reported: only a part of it was read
	File     string
	Tag      string // the language, as in BCP 47: de, zh-Hans
	About    string
	Field    string       // the message about a field whose own message is not sent
	Labels   []LocaleText // by name
	Advice   []LocaleText // what people can do, by category
	Messages []LocaleText // by canonical code
	At       Pos          // of Tag
}

// LocaleText is one text of a LocaleFile.
type LocaleText struct {
	Key  string
	Text string
	At   Pos // of the key
}

// NewFault returns a fault at a position of the file.
func (f *LocaleFile) NewFault(at Pos, message string) Fault {
	return Fault{File: f.File, Line: at.Line, Column: at.Column, Message: message}
}
