package catalog

import (
	"cmp"

	"github.com/koine-proxy/koine/translate"
)

// RetryAdvice returns what a client does by a retry strategy.
func RetryAdvice(r translate.Retry) string {
	switch r {
	case translate.RetryRefresh:
		return "Get a new token, then repeat the request once. If it fails again, stop."
	case translate.RetryWait:
		return "Wait for the seconds in retry.after, which are also in the header Retry-After, then repeat the request."
	case translate.RetryBackoff:
		return "Repeat the request with a growing, random delay, a few times at most; begin with retry.after if it is there. " +
			"Repeat automatically only if retry.safe is true or the operation has an idempotency key."
	}
	return "Do not repeat the same request: something else has to change first. If the answer says wait all the same, a server has given a time, and that counts."
}

// CategoryMeaning returns what the codes of a category have in common.
func CategoryMeaning(c translate.Category) string { return categories[c].meaning }

// OperatorAdvice returns what those who run the service do about a code.
func (e *Entry) OperatorAdvice() string { return cmp.Or(e.Operator, categories[e.Category].operator) }

// categories are the texts about the categories.
var categories = map[translate.Category]struct{ meaning, operator string }{
	translate.InvalidRequest: {
		"The request is wrong: a value, a format, a header.",
		"Usually nothing is wrong with the service. If the code becomes frequent after a release, compare what clients send with the description of the API: " +
			"a rule may have become stricter. The access log has the upstream's own code in upstream_code.",
	},
	translate.Unauthenticated: {
		"The credentials are missing, wrong or expired.",
		"One client: its credentials. Many clients at once: look for a rotated key, a certificate or an identity provider that changed, " +
			"and for a proxy that drops the Authorization header.",
	},
	translate.PaymentRequired: {
		"A payment failed, or is due.",
		"A rate that suddenly rises points to the payment provider or to a plan that was changed. The upstream's own code is in upstream_code of the access log.",
	},
	translate.PermissionDenied: {
		"The caller is known, and may not do this.",
		"Check the role, the plan or the policy of the caller. Many callers at once point to a rule, a firewall or a policy that was changed.",
	},
	translate.NotFound: {
		"There is no such resource.",
		"Single ones are normal. Many point to a route that was renamed, to a deleted record that others still link to, or to a scanner.",
	},
	translate.Conflict: {
		"The state of the resource forbids this now.",
		"Normal if several clients change the same thing. Many of one kind point to a job that runs twice, or to a workflow that is stuck.",
	},
	translate.Gone: {
		"The resource existed, and was removed permanently.",
		"Find out who still links to it: the access log has the referrer and the client.",
	},
	translate.RateLimited: {
		"There are too many requests, or a quota is used up.",
		"Find the clients that cause it by the rate-limit policy and the key in the access log. Raise the limit, or ask them to slow down; " +
			"if the limit is that of a vendor, the header X-RateLimit-Limit has it.",
	},
	translate.Timeout: {
		"Something took too long.",
		"Compare the duration in the access log with the time-outs of the proxy and of the upstream. Look for slow queries and full queues first.",
	},
	translate.Unavailable: {
		"A service is temporarily unavailable.",
		"Check the health of the upstream and what it depends on. If it is planned, let it send Retry-After, so that clients know how long to wait.",
	},
	translate.Upstream: {
		"A server behind the proxy failed, or gave an unusable response.",
		"Find the request by its id in the access log, then in the log of the upstream. Proxy-Status of the response says what the proxy received.",
	},
	translate.Internal: {
		"The service itself failed.",
		"This is a defect. Find the request by its id in the logs of the upstream; the answer deliberately tells clients nothing about it.",
	},
}
