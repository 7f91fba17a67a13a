package koine

import "strings"

// upstreamPlaceholder is where reverse_proxy leaves the host that it dialed.
const upstreamPlaceholder = "http.reverse_proxy.upstream.host"

// upstreamHost returns the host name of the upstream, in lower case, or "" if it is
// not known or no dialect asks for it.
func (x *exchange) upstreamHost() string {
	if !x.rt.hasHosts || x.replacer == nil {
		return ""
	}
	host, _ := x.replacer.GetString(upstreamPlaceholder)
	return strings.ToLower(host)
}
