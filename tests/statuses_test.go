package tests

import (
	"net/http"
	"strconv"
	"testing"
)

// TestVendorStatuses sends statuses that no RFC defines, with a body that says
// nothing. The answer has the meaning of the status, and keeps it.
func TestVendorStatuses(t *testing.T) {
	t.Parallel()
	backend := upstream(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
	})
	p := serve(t, "", `
http://vendors.test:{$PORT} {
	translate_errors {
		envelope canonical problem
	}
	reverse_proxy `+backend+`
}
`)
	for status, want := range map[int]struct{ code, category, strategy, title string }{
		407: {"AUTH.UNAUTHENTICATED", "unauthenticated", "never", "Proxy Authentication Required"},
		420: {"RATE_LIMIT.EXCEEDED", "rate_limited", "wait", "Enhance Your Calm"},
		440: {"AUTH.LOGIN_EXPIRED", "unauthenticated", "never", "Login Time-out"},
		498: {"AUTH.TOKEN_INVALID", "unauthenticated", "never", "Invalid Token"},
		521: {"UPSTREAM.CONNECTION_FAILED", "upstream", "backoff", "Web Server Is Down"},
		529: {"SYSTEM.OVERLOADED", "unavailable", "backoff", "Site Is Overloaded"},
		599: {"UPSTREAM.TIMEOUT", "timeout", "backoff", "Network Connect Timeout Error"},
	} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			where := "vendors.test/" + strconv.Itoa(status)
			e := p.get(t, where).checkByStatus(t, status, want.code)
			if e.Error.Status != status || e.Error.Category != want.category || e.Error.Retry.Strategy != want.strategy {
				t.Errorf("the error is %+v", e.Error)
			}
			if waits := want.strategy == "wait"; waits != (e.Error.Retry.After != nil) {
				t.Errorf("retry is %+v", e.Error.Retry)
			}
			a := p.get(t, where, "Accept: application/problem+json")
			if got := a.problem(t); a.status != status || got.Status != status || got.Title != want.title || got.Code != want.code {
				t.Errorf("%d with the problem %+v", a.status, got)
			}
		})
	}
}
