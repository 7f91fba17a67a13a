package koine

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/koine-proxy/koine/translate/limitheader"
)

// limitsOf returns the limits of policies for the headers of a response, without
// those whose store failed.
func limitsOf(states []limitState, now time.Time) (limits []limitheader.Limit) {
	for _, s := range states {
		if s.decision.Remaining < 0 {
			continue
		}
		limits = append(limits, limitheader.Limit{
			Name: s.policy.name, Window: s.policy.limit.Window,
			Quota: s.policy.limit.Quota, Remaining: s.decision.Remaining, Reset: now.Add(s.decision.Reset),
		})
	}
	return limits
}

// setRetryAfter sets the Retry-After of a refused request.
func setRetryAfter(header http.Header, err error) {
	wait := time.Second // for a store, which should be available again soon
	if r, ok := errors.AsType[refusal](err); ok {
		wait = max(r.wait, wait)
	} else if !errors.Is(err, errStoreUnavailable) {
		return // a matcher failed: the time is unknown
	}
	header["Retry-After"] = []string{strconv.Itoa(ceilSeconds(wait))}
}

// ceilSeconds returns a duration in whole seconds, rounded up.
func ceilSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
