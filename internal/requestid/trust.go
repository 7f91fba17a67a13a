package requestid

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
)

// Trust decides which senders may choose the id of their requests.
type Trust struct {
	All      bool // every sender
	Proxies  bool // the trusted proxies of the server
	prefixes []netip.Prefix
}

// privateRanges are those of Caddy's `private_ranges`: RFC 1918, RFC 4193 and
// the loopback addresses.
var privateRanges = []string{"192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8", "127.0.0.1/8", "fd00::/8", "::1"}

// ParseTrust reads a list of proxies, all, none, private_ranges, IP addresses and
// CIDR ranges, the values of `request_id trust`. It reports all invalid ones at
// once.
func ParseTrust(values []string) (t Trust, err error) {
	var errs []error
	for _, value := range values {
		switch value {
		case "proxies":
			t.Proxies = true
		case "all":
			t.All = true
		case "none":
		case "private_ranges":
			for _, r := range privateRanges {
				p, err := parsePrefix(r)
				errs = append(errs, err)
				t.prefixes = append(t.prefixes, p)
			}
			continue
		default:
			p, err := parsePrefix(value)
			errs = append(errs, err)
			t.prefixes = append(t.prefixes, p)
			continue
		}
		if len(values) > 1 && value != "proxies" {
			errs = append(errs, fmt.Errorf("request_id trust: %s cannot be combined with other values", value))
		}
	}
	return t, errors.Join(errs...)
}

func parsePrefix(s string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), nil
	}
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.Prefix{}, fmt.Errorf("request_id trust %q: expected proxies, all, none, private_ranges, or an IP address or range such as 10.0.0.0/8", s)
}

// Contains reports whether the address of a connection, as host:port, is in one
// of the configured ranges.
func (t *Trust) Contains(remoteAddr string) bool {
	if len(t.prefixes) == 0 {
		return false
	}
	host, _, err := net.SplitHostPort(remoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range t.prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
