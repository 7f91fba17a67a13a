package ledger

import (
	"fmt"
	"testing"
	"time"
)

func TestFind(t *testing.T) {
	t.Parallel()
	l, start := New("run", time.Unix(1000, 0), 16), time.Unix(5000, 0)
	site := l.Site("api")
	for i := range 3 * recentErrors { // far more codes than entries
		now := start.Add(time.Duration(i) * time.Second)
		l.Record(&Error{Site: site, Code: fmt.Sprintf("code_%c%c", 'a'+i%26, 'a'+i/26%26), Status: 400 + i%2, Match: ByStatus, RequestID: fmt.Sprint("req_", i), Now: now})
	}
	for _, c := range []struct {
		id    string
		found bool
	}{
		{"req_0", false}, {fmt.Sprint("req_", 2*recentErrors-1), false}, {fmt.Sprint("req_", 2*recentErrors), true},
		{fmt.Sprint("req_", 3*recentErrors-1), true}, {"", false}, {"other", false},
	} {
		e, unix, ok := l.Find(c.id, start.Unix())
		if ok != c.found {
			t.Errorf("%q: found %v, want %v", c.id, ok, c.found)
			continue
		}
		var i int64
		if _, err := fmt.Sscanf(c.id, "req_%d", &i); ok && err == nil && (e.Status != 400+int(i%2) || unix != start.Unix()+i || e.Count < 0 || e.Count > 1<<40) {
			t.Errorf("%q: got status %d, time %d, count %d", c.id, e.Status, unix, e.Count)
		}
	}
}
