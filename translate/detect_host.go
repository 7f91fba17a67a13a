package translate

import (
	"slices"
	"strings"
)

// hostIndex finds the dialects of a host name, so that the hosts of all dialects are
// compared once for each response, with a few look-ups.
type hostIndex struct {
	exact  map[string][]int32 // by the whole name
	suffix map[string][]int32 // of *.example.com, by .example.com
	globs  []hostGlob         // all others
}

type hostGlob struct {
	glob string
	rank int32
}

func (h *hostIndex) add(glob string, rank int32) {
	name, wild := strings.CutPrefix(glob, "*")
	switch {
	case strings.ContainsAny(name, "*?") || wild && !strings.HasPrefix(name, "."):
		h.globs = append(h.globs, hostGlob{glob, rank})
	case wild:
		h.suffix = addRank(h.suffix, name, rank)
	default:
		h.exact = addRank(h.exact, name, rank)
	}
}

func addRank(m map[string][]int32, name string, rank int32) map[string][]int32 {
	if m == nil {
		m = map[string][]int32{}
	}
	m[name] = append(m[name], rank)
	return m
}

// find appends the dialects of a host name to ranks.
func (h *hostIndex) find(ranks []int32, host string) []int32 {
	ranks = append(ranks, h.exact[host]...)
	for i := range len(host) {
		if host[i] == '.' {
			ranks = append(ranks, h.suffix[host[i:]]...)
		}
	}
	for _, g := range h.globs {
		if matchesGlob(g.glob, host) {
			ranks = append(ranks, g.rank)
		}
	}
	return ranks
}

func (h *hostIndex) isEmpty() bool { return len(h.exact)+len(h.suffix)+len(h.globs) == 0 }

// findHost finds the dialects of the host of the upstream.
func (d *detection) findHost() {
	if d.response.Host != "" {
		d.hosted = d.engine.hosts.find(d.hosted, d.response.Host)
	}
}

// hasHost reports whether the host of the upstream belongs to dialect c.
func (d *detection) hasHost(c *compiledDialect) bool { return slices.Contains(d.hosted, c.rank) }
