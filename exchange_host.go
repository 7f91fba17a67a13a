package koine

import "strings"

// upstreamPlaceholder is the placeholder in which reverse_proxy stores the host
// that it dialed.
const upstreamPlaceholder = "http.reverse_proxy.upstream.host"

// upstreamHost returns the host name of the upstream, in lower case, or "" if it is
// unknown or no dialect of the site has `hosts`.
func (x *exchange) upstreamHost() string {
	if !x.rt.hasHosts || x.replacer == nil {
		return ""
	}
	host, _ := x.replacer.GetString(upstreamPlaceholder)
	return strings.ToLower(host)
}
