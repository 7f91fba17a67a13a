package translate

import (
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/internal/requestid"
	"github.com/koine-proxy/koine/translate/redact"
)

// APIVersion is the version of the canonical envelope, in its meta.
const APIVersion = "1"

// The media types of the envelopes.
const (
	MediaTypeCanonical = "application/json"
	MediaTypeProblem   = "application/problem+json"
)

// AppendCanonical appends the canonical envelope.
func (t *Translation) AppendCanonical(dst []byte, p *Policy, a RenderParams) []byte {
	status := t.HTTPStatus(p)
	dst = append(dst, t.Code.head...)
	dst = appendInt(dst, int64(status))
	dst = append(dst, `,"message":`...)
	dst = appendString(dst, t.words(p))
	dst = t.appendFields(dst, "fields", p, canonicalField)
	if t.discloses(p) {
		dst = t.appendDetails(dst, "details")
	}
	dst = append(dst, `,"retry":`...)
	dst = t.appendRetry(dst, p, a)
	if docs := t.docsURL(p); docs != "" {
		dst = append(dst, `,"docs":`...)
		dst = t.appendDocs(dst, p)
	}
	dst = append(dst, `},"meta":{"request_id":`...)
	dst = appendString(dst, a.RequestID)
	dst = append(dst, `,"api_version":"`+APIVersion+`","origin":"`...)
	dst = append(dst, t.Origin...)
	dst = append(dst, `","match":"`...)
	dst = append(dst, t.Match...)
	dst = append(dst, '"')
	dst = t.appendUpstream(dst, p)
	return append(dst, "}}"...)
}

// AppendProblem appends a problem of RFC 9457. What that does not name goes
// into extension members (section 3.2).
func (t *Translation) AppendProblem(dst []byte, p *Policy, a RenderParams) []byte {
	status := t.HTTPStatus(p)
	dst = append(dst, `{"type":`...)
	if t.docsURL(p) != "" {
		dst = t.appendDocs(dst, p)
	} else {
		dst = append(dst, `"about:blank"`...)
	}
	dst = append(dst, `,"title":`...)
	dst = appendString(dst, Phrase(status))
	dst = append(dst, `,"status":`...)
	dst = appendInt(dst, int64(status))
	dst = append(dst, `,"detail":`...)
	dst = appendString(dst, t.words(p))
	if requestid.IsUUID(a.RequestID) {
		dst = append(dst, `,"instance":"urn:uuid:`...)
		dst = append(dst, a.RequestID...)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"code":`...)
	dst = appendString(dst, t.Code.Name)
	dst = append(dst, `,"category":"`...)
	dst = append(dst, t.Code.Category...)
	dst = append(dst, '"')
	dst = t.appendFields(dst, "errors", p, t.problemField)
	if t.discloses(p) {
		dst = t.appendDetails(dst, "details")
	}
	dst = append(dst, `,"retry":`...)
	dst = t.appendRetry(dst, p, a)
	dst = append(dst, `,"request_id":`...)
	dst = appendString(dst, a.RequestID)
	dst = t.appendUpstream(dst, p)
	return append(dst, '}')
}

// problemField writes a complaint as the examples of RFC 9457 section 3 do.
func (t *Translation) problemField(dst []byte, f field) []byte {
	t.text = appendPointer(t.text[:0], f.path)
	dst = append(dst, `{"pointer":`...)
	dst = appendString(dst, view(t.text))
	dst = append(dst, `,"detail":`...)
	dst = appendString(dst, f.message)
	if f.code != "" {
		dst = append(dst, `,"code":`...)
		dst = appendString(dst, clip(f.code))
	}
	return append(dst, '}')
}

// discloses tells whether details may be told: never about a server's own
// failures.
func (t *Translation) discloses(p *Policy) bool {
	return t.Status < 500 && t.HTTPStatus(p) < 500
}

func (t *Translation) appendRetry(dst []byte, p *Policy, a RenderParams) []byte {
	dst = append(dst, `{"strategy":"`...)
	dst = append(dst, t.Strategy()...)
	dst = append(dst, '"')
	if after, ok := t.After(p); ok {
		dst = append(dst, `,"after":`...)
		dst = appendInt(dst, int64(after))
	}
	safe := a.Safe
	if t.safe.Type == gjson.True || t.safe.Type == gjson.False {
		safe = t.safe.Type == gjson.True
	}
	if safe {
		return append(dst, `,"safe":true}`...)
	}
	return append(dst, `,"safe":false}`...)
}

// docsURL is the page of the code, or its prefix: "" where there is none.
func (t *Translation) docsURL(p *Policy) string {
	if p.Docs != "" {
		return p.Docs
	}
	return t.docs
}

func (t *Translation) appendDocs(dst []byte, p *Policy) []byte {
	if p.Docs == "" {
		return appendString(dst, t.docs)
	}
	dst = appendString(dst, p.Docs)
	dst = dst[:len(dst)-1] // reopen the string: a code needs no escapes
	dst = append(dst, t.Code.Name...)
	return append(dst, '"')
}

// appendUpstream appends what may be said of the backend: all of it where the
// site exposes it; else, below 500, the code that no table knew.
func (t *Translation) appendUpstream(dst []byte, p *Policy) []byte {
	switch {
	case t.upstream != "":
		return t.appendKept(dst)
	case t.kept || t.Origin == FromProxy:
		return dst
	case p.Expose:
		return t.appendExposed(dst)
	case t.Native != "" && !t.Mapped() && t.discloses(p) && redact.AllowsValue(t.Native):
		dst = append(dst, `,"upstream":{"code":`...)
		dst = appendString(dst, clip(t.Native))
		return append(dst, '}')
	}
	return dst
}

// appendKept appends what another hop told of its upstream: the members that
// hops tell, and nothing else that may stand there.
func (t *Translation) appendKept(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, `,"upstream":{`...)
	open := len(dst)
	text := func(name string) {
		if v := gjson.Get(t.upstream, name); v.Type == gjson.String && v.Str != "" && redact.AllowsValue(v.Str) {
			dst = appendString(appendMember(dst, name), clip(v.Str))
		}
	}
	text("dialect")
	text("code")
	if n, err := strconv.Atoi(gjson.Get(t.upstream, "status").Raw); err == nil {
		dst = appendInt(appendMember(dst, "status"), int64(n))
	}
	text("request_id")
	if len(dst) == open {
		return dst[:start]
	}
	return append(dst, '}')
}

func (t *Translation) appendExposed(dst []byte) []byte {
	dst = append(dst, `,"upstream":{`...)
	if t.Dialect != "" {
		dst = appendString(appendMember(dst, "dialect"), t.Dialect)
	}
	if t.Native != "" {
		dst = appendString(appendMember(dst, "code"), clip(t.Native))
	}
	dst = appendInt(appendMember(dst, "status"), int64(t.Status))
	if t.RequestID != "" {
		dst = appendString(appendMember(dst, "request_id"), clip(t.RequestID))
	}
	return append(dst, '}')
}
