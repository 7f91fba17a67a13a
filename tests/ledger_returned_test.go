package tests

import (
	"net/http"
	"testing"
)

// TestReturnedInLedger checks that the errors of Caddy's own handlers are in the totals of the
// ledger, whether they are answered, observed or passed, and that they are never unmapped.
func TestReturnedInLedger(t *testing.T) {
	t.Parallel()
	site := func(name, block string) string {
		return "\nhttp://" + name + ":{$PORT} {\n\ttranslate_errors {\n\t\t" + block + "\n\t}\n\treverse_proxy " + refusedAddress + "\n}\n"
	}
	p := serve(t, "", site("answered.test", "status canonical")+site("observed.test", "mode observe\ngateway_status 503")+site("passed.test", "proxy_errors pass")+
		site("off.test", "mode off")+site("limited.test", "rate_limit {\nlimit 1 per 1h\n}"))
	for _, name := range []string{"answered", "observed", "passed", "off", "limited", "limited"} {
		p.get(t, name+".test/")
	}
	p.get(t, "answered.test/", acceptHTML)
	p.send(t, http.MethodHead, "answered.test/", "")

	type entry struct {
		Site, Origin, Canonical, Match, State string
		Status                                int
		Count, Returned                       int64
		Observed                              bool
		Changes                               map[string]int64
	}
	var s struct {
		Sites   []struct{ Site string }
		Strata  []entry
		Entries []entry
	}
	p.askAdmin(t, http.MethodGet, "/translate_errors/stats", "", &s)
	got := map[string]entry{}
	for _, e := range s.Entries {
		if e.Origin != "proxy" || e.Match != "status" || e.State != "bare" || e.Count != e.Returned {
			t.Errorf("%+v", e)
		}
		got[e.Site+" "+e.Canonical] = e
	}
	for where, count := range map[string]int64{
		"answered.test UPSTREAM.ERROR": 3, "observed.test UPSTREAM.ERROR": 1, "passed.test UPSTREAM.ERROR": 1, "limited.test UPSTREAM.ERROR": 1, "limited.test RATE_LIMIT.EXCEEDED": 1,
	} {
		if got[where].Count != count {
			t.Errorf("%s occurred %d times, want %d", where, got[where].Count, count)
		}
	}
	if len(got) != 5 || len(s.Strata) != 4 || !got["observed.test UPSTREAM.ERROR"].Observed || got["observed.test UPSTREAM.ERROR"].Changes["status_changed"] != 1 || got["answered.test UPSTREAM.ERROR"].Changes["same"] != 0 {
		t.Errorf("the ledger has %+v", s)
	}
	if list := p.unmapped(t); len(list) != 0 {
		t.Errorf("unmapped: %+v", list)
	}
}
