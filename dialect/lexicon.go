package dialect

// Lexicon is what names of members say about their values, for bodies that no
// dialect describes. Names are compared in lower case and without separators:
// ErrorCode, error_code and error-code are equal.
type Lexicon []Language

// Language is the words of one language.
type Language struct {
	Name  string
	Words []WordList
}

// WordList is the words of one role.
type WordList struct {
	Role  WordRole
	Words []string
}

// Of returns the words of a role.
func (l *Language) Of(role WordRole) []string {
	for _, list := range l.Words {
		if list.Role == role {
			return list.Words
		}
	}
	return nil
}

// WordRole is what a word in a name says about the value.
type WordRole string

// The roles of words. Code, number, message, text, label and kind also apply in
// compounds with a word for errors or a qualifier, in both orders: errorCode,
// code_error, resultCode.
const (
	WordError     WordRole = "error"      // an error: an object, or its text
	WordErrors    WordRole = "errors"     // a list or a map of errors
	WordQualifier WordRole = "qualifier"  // result, response, return …: only in compounds
	WordJoiner    WordRole = "joiner"     // of, de, di …: between the words of a compound
	WordContainer WordRole = "container"  // result, response, data …: an object around an error
	WordCode      WordRole = "code"       // a code
	WordNumber    WordRole = "number"     // a code if the name or an object around it is about errors
	WordKind      WordRole = "kind"       // type, name, reason …: a code if it has the form of one
	WordMessage   WordRole = "message"    // a message
	WordText      WordRole = "text"       // a message if there is none, or if the name is about errors
	WordLabel     WordRole = "label"      // title …: a message if there is no other
	WordFields    WordRole = "fields"     // a list or a map of complaints about fields
	WordField     WordRole = "field"      // the name of a field
	WordPlace     WordRole = "place"      // the name of a field behind the part of the request: body.email
	WordPart      WordRole = "part"       // a part of the request: body, query …
	WordMissing   WordRole = "missing"    // the name of a field that is missing in the object that the entry names
	WordWhole     WordRole = "whole"      // in place of a field: the complaint is about the whole
	WordNested    WordRole = "nested"     // complaints about the fields inside a field
	WordRules     WordRole = "rules"      // a map of rule to message
	WordRequestID WordRole = "request_id" // the id of the request
	WordRequest   WordRole = "request"    // a request: with an id, in a compound or as the object around it, the id of the request
	WordID        WordRole = "id"         // an id
	WordRetry     WordRole = "retry"      // a repetition: with a delay, the seconds to wait
	WordDelay     WordRole = "delay"      // a delay
	WordWait      WordRole = "wait"       // the seconds to wait
	WordWaitMS    WordRole = "wait_ms"    // the milliseconds to wait
	WordStatus    WordRole = "status"     // the HTTP status, or a word for the outcome
	WordSuccess   WordRole = "success"    // whether the request succeeded
	WordKey       WordRole = "key"        // the name in a list of names and values
	WordValue     WordRole = "value"      // the value in it, or what was submitted for a field
	WordTrace     WordRole = "trace"      // stack traces and the like: never shown
	WordIgnore    WordRole = "ignore"     // nothing that a client needs
	WordEmpty     WordRole = "empty"      // a value that says nothing: error, failed, unknown …
	WordMinor     WordRole = "minor"      // a value of kind that means less than an error: warning, info …
)

// WordRoles returns the roles of words.
func WordRoles() []WordRole {
	return []WordRole{WordError, WordErrors, WordQualifier, WordJoiner, WordContainer, WordCode, WordNumber, WordKind, WordMessage, WordText, WordLabel,
		WordFields, WordField, WordPlace, WordPart, WordMissing, WordWhole, WordNested, WordRules, WordRequestID, WordRequest, WordID, WordRetry, WordDelay, WordWait, WordWaitMS, WordStatus,
		WordSuccess, WordKey, WordValue, WordTrace, WordIgnore, WordEmpty, WordMinor}
}
