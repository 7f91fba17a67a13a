package translate

import (
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// appendUpstream appends the data of the upstream that the client may see:
// everything if the site exposes it; otherwise, below 500, a code without a row in
// a table.
func (w *writer) appendUpstream(dst []byte) []byte {
	switch {
	case w.chained.upstream != "":
		return w.appendChainedUpstream(dst)
	case w.chained.found || w.Origin == FromProxy:
		return dst
	case w.policy.Expose:
		return w.appendExposedUpstream(dst)
	case w.Native != "" && !w.Mapped() && w.isBelow500() && redact.AllowsValue(w.Native):
		dst = append(dst, `,"upstream":{"code":`...)
		dst = appendString(dst, clip(w.Native))
		return append(dst, '}')
	}
	return dst
}

// appendChainedUpstream appends the data that another Koine instance wrote about
// its upstream: the members that an instance writes, and no others.
func (w *writer) appendChainedUpstream(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, `,"upstream":{`...)
	empty := len(dst)
	text := func(name string) {
		if v := gjson.Get(w.chained.upstream, name); v.Type == gjson.String && v.Str != "" && redact.AllowsValue(v.Str) {
			dst = appendString(appendMember(dst, name), clip(v.Str))
		}
	}
	text("dialect")
	text("code")
	if n, err := strconv.Atoi(gjson.Get(w.chained.upstream, "status").Raw); err == nil {
		dst = appendInt(appendMember(dst, "status"), int64(n))
	}
	text("request_id")
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, '}')
}

func (w *writer) appendExposedUpstream(dst []byte) []byte {
	dst = append(dst, `,"upstream":{`...)
	if w.Dialect != "" {
		dst = appendString(appendMember(dst, "dialect"), w.Dialect)
	}
	if w.Native != "" {
		dst = appendString(appendMember(dst, "code"), clip(w.Native))
	}
	dst = appendInt(appendMember(dst, "status"), int64(w.Status))
	if w.RequestID != "" {
		dst = appendString(appendMember(dst, "request_id"), clip(w.RequestID))
	}
	return append(dst, '}')
}
