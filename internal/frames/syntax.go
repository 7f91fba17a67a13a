package frames

import "strings"

// Syntax is the rule by which a stream is split into frames.
type Syntax uint8

// The syntaxes of streams.
const (
	EventStream Syntax = iota // server-sent events, of the WHATWG HTML standard
	JSONLines                 // NDJSON: one JSON value per line
	MaybeLines                // JSON, which is a stream of lines if the first line is a complete object
	plainJSON                 // JSON whose first line is not a complete object
)

// SyntaxOf returns how a stream of a media type is split into frames, and whether
// it is split at all. It does not allocate: it is called for every response that
// passes through.
func SyntaxOf(contentType string) (s Syntax, ok bool) {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.TrimSpace(mediaType)
	if strings.EqualFold(mediaType, "text/event-stream") {
		return EventStream, true
	}
	if strings.EqualFold(mediaType, "application/json") {
		return MaybeLines, true
	}
	for _, name := range lineTypes {
		if strings.EqualFold(mediaType, name) {
			return JSONLines, true
		}
	}
	return 0, false
}

// lineTypes are the media types in use for NDJSON, which has no registered one.
var lineTypes = []string{
	"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines",
	"application/stream+json", "application/x-json-stream",
}

// firstLine reads the first line of JSON, to determine whether more lines of JSON
// follow.
type firstLine struct {
	depth          int
	quoted, escape bool
	closed         bool // the object is complete
}

// next reads the next byte. known reports whether the question is decided, and
// lines whether the first line is a complete object.
func (f *firstLine) next(c byte) (lines, known bool) {
	switch {
	case c == '\n':
		return f.closed, true
	case f.escape:
		f.escape = false
	case f.quoted:
		f.escape, f.quoted = c == '\\', c != '"'
	case c == ' ' || c == '\t' || c == '\r':
	case f.closed || f.depth == 0 && c != '{':
		return false, true
	case c == '"':
		f.quoted = true
	case c == '{' || c == '[':
		f.depth++
	case c == '}' || c == ']':
		f.depth--
		f.closed = f.depth == 0
	}
	return false, false
}
