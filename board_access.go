package koine

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/caddyserver/caddy/v2/modules/caddyhttp"
)

// boardAccess decides who may see the board.
type boardAccess struct {
	all      bool
	prefixes []netip.Prefix
}

// loopbackRanges are the default.
var loopbackRanges = []string{"127.0.0.0/8", "::1/128"}

// newBoardAccess reads the values of `allow`, and finds all mistakes.
func newBoardAccess(values []string) (a boardAccess, err error) {
	if len(values) == 0 {
		values = loopbackRanges
	}
	var errs []error
	for _, value := range values {
		switch value {
		case "all":
			a.all = true
		case "private_ranges":
			for _, r := range caddyhttp.PrivateRangesCIDR() {
				p, err := parseRange(r)
				errs = append(errs, err)
				a.prefixes = append(a.prefixes, p)
			}
		default:
			p, err := parseRange(value)
			errs = append(errs, err)
			a.prefixes = append(a.prefixes, p)
		}
	}
	if a.all && len(values) > 1 {
		errs = append(errs, errors.New("allow: all cannot be combined with other values"))
	}
	return a, errors.Join(errs...)
}

func parseRange(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("allow %s: expected all, private_ranges, or an IP address or range such as 10.0.0.0/8", s)
}

// forwardingHeaders tell for whom a proxy sends a request. `Forwarded` and `Via` are not among
// them: see refuses.
var forwardingHeaders = []string{"X-Forwarded-For", "X-Real-Ip", "Cf-Connecting-Ip", "True-Client-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "Fastly-Client-Ip"}

// refuses returns why the request may not see the board; "" if it may.
//
// A proxy on this machine connects from a loopback address, whoever its client is. So every
// address that the request has on its way must be allowed. Caddy's client_ip alone is not
// enough: without trusted_proxies it is the address of the proxy, and with them, unless they
// are strict, it is the first address of X-Forwarded-For, which the client can invent.
func (a *boardAccess) refuses(r *http.Request) string {
	if a.all {
		return ""
	}
	if !namesHost(r) {
		return "Its address must name localhost, an IP address, or a host of a site in the configuration: any other name could be that of a foreign page."
	}
	trusted, _ := caddyhttp.GetVar(r.Context(), caddyhttp.TrustedProxyVarKey).(bool)
	client, _ := caddyhttp.GetVar(r.Context(), caddyhttp.ClientIPVarKey).(string)
	server, _ := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	addresses := []string{client}
	if !trusted {
		addresses = append(addresses, r.RemoteAddr)
	}
	if !trusted || server == nil || server.TrustedProxiesStrict == 0 {
		for _, name := range forwardingHeaders {
			for _, value := range r.Header.Values(name) {
				addresses = append(addresses, strings.Split(value, ",")...)
			}
		}
		if len(addresses) <= 2 && (len(r.Header["Forwarded"]) > 0 || len(r.Header["Via"]) > 0) && !trusted {
			return "The request came through a proxy that does not tell for whom. Let it send X-Forwarded-For, or allow all and protect the board otherwise."
		}
	}
	for _, address := range addresses {
		if !a.contains(address) {
			return "Your address, or that of a proxy on the way, is not allowed. See `allow` of error_board."
		}
	}
	return ""
}

// contains reports whether an address, with or without a port, is in the list.
func (a *boardAccess) contains(address string) bool {
	address = strings.TrimSpace(address)
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	addr, err := netip.ParseAddr(strings.Trim(address, "[]"))
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range a.prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// namesHost reports whether the request is for a host that is no one else's: a name that a
// foreign page has made to point here (DNS rebinding) is not.
func namesHost(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(host); err == nil || strings.EqualFold(host, "localhost") || strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return true
	}
	server, _ := r.Context().Value(caddyhttp.ServerCtxKey).(*caddyhttp.Server)
	if server == nil {
		return false
	}
	for i := range server.Routes {
		for _, m := range hostsOf(&server.Routes[i]) {
			if ok, err := m.MatchWithError(r); ok && err == nil && !isAnyHost(m) {
				return true
			}
		}
	}
	return false
}

// isAnyHost reports whether a matcher matches names of any domain.
func isAnyHost(hosts caddyhttp.MatchHost) bool {
	for _, h := range hosts {
		if h == "*" || strings.HasPrefix(h, "*.*") || strings.Contains(h, "{") {
			return true
		}
	}
	return false
}

// prefersHTML reports whether the request is that of a browser.
func prefersHTML(r *http.Request) bool { return strings.Contains(r.Header.Get("Accept"), "text/html") }
