package dialect

// Failure is how a body says itself that it failed, whatever its status: the names
// of members, and the words in them. It belongs to general rules. All names and
// words are compared without regard to case and separators, and may be globs.
type Failure struct {
	Status int // 400 to 599: of an error for which neither its code nor the body gives one

	Flags        []string // members that are false, or 0, if the request failed: success
	Signs        []string // members that are true if it failed: hasErrors
	Verdicts     []string // members that have one of Words if it failed: status
	Words        []string // values of Verdicts that mean a failure of the request: error, fail
	Outcomes     []string // values of Verdicts that mean a failure, of the request or of what the body describes: failed
	Fine         []string // values that mean none: ok, no error
	Errors       []string // members with the code, the text or the object of an error: error, errorCode
	Lists        []string // members with several errors: errors
	Faults       []string // elements of XML that are an error: fault
	Codes        []string // members with a code, which need not be that of an error: code, status
	Kinds        []string // members with a kind, which counts as a code only inside of an error: type
	CodeWords    []string // values of Codes that are codes of errors: invalid*
	Messages     []string // members with a text for people: message
	MessageWords []string // texts in Messages that tell of a failure: not found
	Identities   []string // members of records, which tell of a failure of their own: id
	Neutral      []string // members that are no data: requestId, timestamp
	Wrappers     []string // members that contain the members above: result
	Contents     []string // members that contain them, or the data of a success: data

	// The members of frames of streams, compared exactly.
	Frames     []string // members that hold the error of a frame: error
	FrameKinds []string // members that are "error" in a frame that is one: type
	Before     []string // members that may be before the error: id
	Beside     []string // other members that may be beside it: param

	At Pos
}

// Keys returns the keys with a list of names or words, each with its list.
func (f *Failure) Keys() []FailureKey {
	return []FailureKey{
		{"flags", &f.Flags}, {"signs", &f.Signs}, {"verdicts", &f.Verdicts}, {"words", &f.Words}, {"outcomes", &f.Outcomes}, {"fine", &f.Fine}, {"errors", &f.Errors},
		{"lists", &f.Lists}, {"faults", &f.Faults}, {"codes", &f.Codes}, {"kinds", &f.Kinds}, {"code_words", &f.CodeWords}, {"messages", &f.Messages},
		{"message_words", &f.MessageWords}, {"identities", &f.Identities}, {"neutral", &f.Neutral}, {"wrappers", &f.Wrappers}, {"contents", &f.Contents},
		{"frames", &f.Frames}, {"frame_kinds", &f.FrameKinds}, {"before", &f.Before}, {"beside", &f.Beside},
	}
}

// FailureKey is a key of Failure with a list of names or words.
type FailureKey struct {
	Name string
	List *[]string
}
