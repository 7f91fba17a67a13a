package ledger

import (
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// Sample is one error of an entry. What may be a secret, an address or data of one person
// was removed before it was stored.
type Sample struct {
	Time      int64  `json:"time"`                 // Unix seconds
	RequestID string `json:"request_id,omitempty"` // in this server's logs
	Message   string `json:"message,omitempty"`    // of the upstream
	Body      string `json:"body,omitempty"`       // JSON; "" for other bodies
}

// Limits of a sample.
const (
	maxSampleBody    = 1024
	maxSampleInput   = 16 << 10
	maxSampleDepth   = 6
	maxSampleMembers = 24
	maxSampleItems   = 2
)

// hidden is the text in place of one that is not shown.
const hidden = "[redacted]"

// NewSample returns the sample of an error. id is the id of the request in this server's
// logs, body the decoded body.
func NewSample(o *Error, id string, body []byte) *Sample {
	s := &Sample{Time: o.Now.Unix(), RequestID: strings.Clone(id), Message: messageSample(o.Message)}
	if len(body) > maxSampleInput || !gjson.ValidBytes(body) {
		return s
	}
	if root := gjson.ParseBytes(body); root.IsObject() || root.IsArray() {
		w := sampleWriter{code: o.Code, message: o.Message}
		w.value("", root, 0)
		if len(w.out) <= maxSampleBody {
			s.Body = string(w.out)
		}
	}
	return s
}

// Outline returns a text by which errors are grouped whose body was not read: the first line
// of a text, or the names of the members of a JSON object.
func Outline(body []byte) string {
	body = body[:min(len(body), maxSampleInput)]
	root := gjson.ParseBytes(body)
	if !root.IsObject() {
		return string(body[:min(len(body), 8*maxMask)])
	}
	out := "members:"
	root.ForEach(func(key, _ gjson.Result) bool {
		out += " " + nameSample(key.Str)
		return len(out) < maxMask
	})
	return out
}

func messageSample(message string) string {
	if message == "" {
		return ""
	}
	return Mask(message)
}

// sampleWriter writes the sample of a body.
type sampleWriter struct {
	out           []byte
	code, message string // of the error
}

func (w *sampleWriter) value(name string, v gjson.Result, depth int) {
	switch {
	case len(w.out) > maxSampleBody:
	case v.IsObject() || v.IsArray():
		w.container(name, v, depth)
	case v.Type == gjson.String:
		w.string(w.textOf(name, v.Str))
	case v.Type == gjson.Number && (len(v.Raw) > 4 || redact.IsSecretNumber(name, v.Raw)) && v.Raw != w.code:
		w.out = append(w.out, '0')
	default:
		w.out = append(w.out, v.Raw...)
	}
}

func (w *sampleWriter) container(name string, v gjson.Result, depth int) {
	brackets, limit := "{}", maxSampleMembers
	if v.IsArray() {
		brackets, limit = "[]", maxSampleItems
	}
	w.out = append(w.out, brackets[0])
	count := 0
	isSecret := redact.IsSecretName(name) || redact.IsInternalName(name)
	v.ForEach(func(key, member gjson.Result) bool {
		if count == limit || depth == maxSampleDepth || isSecret {
			return false
		}
		if count > 0 {
			w.out = append(w.out, ',')
		}
		count++
		if key.Type == gjson.String {
			w.string(nameSample(key.Str))
			w.out = append(w.out, ':')
			name = key.Str
		}
		w.value(name, member, depth+1)
		return len(w.out) <= maxSampleBody
	})
	w.out = append(w.out, brackets[1])
}

// nameSample returns the name of a member: names that are not words are data.
func nameSample(name string) string {
	if strings.Contains(name, " ") || hasInnerDigit(name) || !isCode(name) || !redact.AllowsValue(name) && !isErrorType(name) {
		return "*"
	}
	return name
}

// hasInnerDigit reports whether a letter follows a digit.
func hasInnerDigit(s string) bool {
	return strings.ContainsAny(strings.TrimRight(s, "0123456789"), "0123456789")
}

// textOf returns the text of a member as it is stored.
func (w *sampleWriter) textOf(name, text string) string {
	switch {
	case text == "":
		return ""
	case redact.IsSecretName(name), redact.IsSecret(name, text), redact.IsInternalName(name), redact.IsSubmitted(name):
		return hidden
	case text == w.code && (&Error{Code: text}).isShown():
		return text
	}
	isSentence := strings.Contains(text, " ")
	switch {
	case !isSentence && !strings.ContainsAny(text, "0123456789") && isCode(text) && redact.AllowsValue(text):
		return text
	case isSentence && text != w.message && !isMessageName(name):
		return "*" // a name or an address, for example
	}
	return Mask(text)
}

// isMessageName reports whether a member of that name has words for people.
func isMessageName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range [...]string{"mess", "msg", "error", "detail", "title", "desc", "reason", "summary", "text"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return name == ""
}

// string appends a text as a string of JSON.
func (w *sampleWriter) string(s string) {
	w.out = append(w.out, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			w.out = append(w.out, '\\', byte(r))
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			w.out = append(w.out, ' ')
		default:
			w.out = utf8.AppendRune(w.out, r)
		}
	}
	w.out = append(w.out, '"')
}
