package translate

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/koine-proxy/koine/translate/redact"
)

// trustedDialect is the dialect whose name a site gives to trust other Koine instances.
const trustedDialect = "canonical"

// isTrusted reports whether the error is the envelope of another Koine instance that the
// site trusts, because it names the dialect canonical. Any upstream can send a body of that
// form, or of another one with canonical codes, so all others are filtered.
func (w *writer) isTrusted() bool {
	return w.chained.found && slices.ContainsFunc(w.engine.dialects, func(d *compiledDialect) bool { return d.named && d.name == trustedDialect })
}

// appendUpstream appends the data of the upstream that the client may see:
// everything if the site exposes it; otherwise, below 500, a code without a row in
// a table.
func (w *writer) appendUpstream(dst []byte) []byte {
	switch {
	case w.chained.found:
		return w.appendChainedUpstream(dst)
	case w.Origin == FromProxy:
		return dst
	case w.policy.Expose:
		return w.appendExposedUpstream(dst, w.Native)
	case w.Native != "" && !w.Mapped() && w.isBelow500():
		return appendUpstreamCode(dst, w.Native)
	}
	return dst
}

// appendUpstreamCode appends only the code of the upstream, if it may reach clients.
func appendUpstreamCode(dst []byte, code string) []byte {
	if code == "" || !redact.AllowsCode(code) {
		return dst
	}
	dst = append(dst, `,"upstream":{"code":`...)
	dst = appendString(dst, clip(code))
	return append(dst, '}')
}

// appendChainedUpstream is appendUpstream for the envelope of another Koine instance: its
// upstream is the one that matters, if it tells something about it.
func (w *writer) appendChainedUpstream(dst []byte) []byte {
	var (
		inner = gjson.Parse(w.chained.upstream)
		code  = inner.Get("code").Str
		known = inner.Get("dialect").Exists() || inner.Get("status").Exists()
	)
	switch {
	case w.policy.Expose && !known:
		return w.appendExposedUpstream(dst, cmp.Or(code, w.Native))
	case w.policy.Expose, w.isTrusted():
		return appendInnerUpstream(dst, inner)
	case w.isBelow500() && (w.Match != ByTable || !known): // a problem does not say how its code was found
		return appendUpstreamCode(dst, code)
	}
	return dst
}

// appendInnerUpstream appends the members that an instance writes about its upstream,
// and no others.
func appendInnerUpstream(dst []byte, inner gjson.Result) []byte {
	start := len(dst)
	dst = append(dst, `,"upstream":{`...)
	empty := len(dst)
	text := func(name string) {
		if v := inner.Get(name); v.Type == gjson.String && v.Str != "" && redact.AllowsValue(v.Str) {
			dst = appendString(appendMember(dst, name), clip(v.Str))
		}
	}
	text("dialect")
	text("code")
	if n, err := strconv.Atoi(inner.Get("status").Raw); err == nil {
		dst = appendInt(appendMember(dst, "status"), int64(n))
	}
	text("request_id")
	if len(dst) == empty {
		return dst[:start]
	}
	return append(dst, '}')
}

// appendExposedUpstream appends all that is known about the upstream.
func (w *writer) appendExposedUpstream(dst []byte, code string) []byte {
	dst = append(dst, `,"upstream":{`...)
	if w.Dialect != "" {
		dst = appendString(appendMember(dst, "dialect"), w.Dialect)
	}
	if code != "" {
		dst = appendString(appendMember(dst, "code"), clip(code))
	}
	dst = appendInt(appendMember(dst, "status"), int64(w.Status))
	if w.RequestID != "" {
		dst = appendString(appendMember(dst, "request_id"), clip(w.RequestID))
	}
	return append(dst, '}')
}
