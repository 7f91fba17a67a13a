package koine

import (
	"net/http"
	"slices"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// enforceLimits counts the request with the rate-limit policies of the site.
func (x *exchange) enforceLimits() (err error) {
	if len(x.rt.limitPolicies) == 0 {
		return nil
	}
	x.record.limitStates, err = enforceLimits(x.rt.limitPolicies, x.request, x.record.limitStates)
	return err
}

// limits returns the rate limits of the response: those of our policies, then
// those of the upstream. It costs little if there are none.
func (x *exchange) limits(header http.Header) []limitheader.Limit {
	own := limitsOf(x.record.limitStates, x.start)
	all := x.rt.engine.LimitHeaders().Read(header, x.start, own)
	for i := range all[len(own):] {
		l := &all[len(own)+i]
		if !hasLimit(own, l.Name) {
			continue
		}
		if l.Name == defaultPolicy {
			l.Name = "upstream"
		} else {
			l.Name = "upstream-" + l.Name
		}
	}
	return limitheader.DropPartial(all)
}

func hasLimit(limits []limitheader.Limit, name string) bool {
	return slices.ContainsFunc(limits, func(l limitheader.Limit) bool { return l.Name == name })
}
